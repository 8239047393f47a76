import { readFileSync } from 'node:fs';
import { expect, test } from './page';

test('the types tab follows the migrations, in either dialect', async ({ playground, page }) => {
  await playground.open();
  await page.getByRole('tab', { name: 'Types' }).click();
  await page.getByRole('button', { name: 'Copy' }).click();
  const copied = (): Promise<string> => page.evaluate(() => navigator.clipboard.readText());
  const cli = await copied();
  expect(cli).toContain('user_preferences');
  await expect(page.locator('types-view .cm-content')).toContainText('export type Json');

  await playground.newMigration('create table public.brand_new_table (id bigint primary key);');
  await expect(async () => {
    await page.locator('types-view').getByRole('button', { name: /Copy|Copied/ }).click();
    expect(await copied()).toMatch(/"?brand_new_table"?: \{/);
  }).toPass();

  await page.getByRole('button', { name: 'postgres-meta' }).click();
  await expect(page.getByRole('button', { name: 'postgres-meta' })).toHaveAttribute('aria-pressed', 'true');
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Download' }).click();
  const file = await download;
  expect(file.suggestedFilename()).toBe('database.types.ts');
  const meta = readFileSync(await file.path(), 'utf8');
  expect(meta).toMatch(/"?brand_new_table"?: \{/);
  // The CLI alone lists a row's computed fields.
  expect(cli).toContain('ComputedFields');
  expect(meta).not.toContain('ComputedFields');
});

test('every target is printed, live', async ({ playground, page }) => {
  await playground.open();
  await playground.tab('Types').click();
  const text = page.locator('types-view .cm-content');
  for (const [target, file, print] of [
    ['zod', 'database.zod.ts', /from ['"]zod/],
    ['json-schema', 'database.schema.json', /2020-12/],
    ['rust', 'database.rs', /serde/],
    ['metadata', 'database.metadata.json', /"tables"|"schemas"/],
  ] as const) {
    await page.getByLabel('Target').selectOption(target);
    await expect(page.locator('types-view').getByRole('button', { name: 'Download' })).toBeEnabled();
    await expect(text).toContainText(print);
    const download = page.waitForEvent('download');
    await page.locator('types-view').getByRole('button', { name: 'Download' }).click();
    expect((await download).suggestedFilename()).toBe(file);
  }
  await page.getByLabel('Target').selectOption('rust');
  await playground.newMigration('create table public.brand_new_table (id bigint primary key);');
  await expect(async () => {
    await page.locator('types-view').getByRole('button', { name: /Copy|Copied/ }).click();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toContain('BrandNewTable');
  }).toPass();
});
