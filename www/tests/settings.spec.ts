import { readFileSync } from 'node:fs';
import { parse } from 'smol-toml';
import { expect, test } from './page';

test('settings change what is found, and leave and come as pgdry.toml', async ({ playground, page }, testInfo) => {
  await playground.open();
  await playground.newMigration('create table public.notes (id bigint primary key);');
  await expect(playground.problem('rls/enabled-on-create')).toHaveCount(1);
  await playground.tab('Settings').click();
  await page.getByLabel('Filter rules').fill('enabled-on-create');
  await page.getByLabel('Severity: rls/enabled-on-create').selectOption('info');
  await page.getByLabel('Preset', { exact: true }).selectOption('strict');
  await page.getByLabel('PostgreSQL', { exact: true }).selectOption('16');
  await page.getByLabel('History', { exact: true }).selectOption('partial');
  await playground.tab('Problems').click();
  await playground.filterProblems('rls/enabled-on-create notes');
  await expect(playground.problem('rls/enabled-on-create').locator('.info')).toBeVisible();
  await playground.filterProblems('comment-on-table');
  await expect(playground.problem('docs/comment-on-table')).not.toHaveCount(0);

  await playground.tab('Settings').click();
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Export pgdry.toml' }).click();
  const file = await download;
  expect(file.suggestedFilename()).toBe('pgdry.toml');
  const config = parse(readFileSync(await file.path(), 'utf8'));
  expect(config).toMatchObject({ preset: 'strict', postgres: 16, history: 'partial', rules: { 'rls/enabled-on-create': 'info' } });
  expect(config).toHaveProperty('contract');
  await page.screenshot({ path: testInfo.outputPath('settings.png') });

  await page.getByRole('button', { name: 'Defaults' }).click();
  await expect(page.getByLabel('Preset', { exact: true })).toHaveValue('recommended');
  await page.locator('#toml').setInputFiles({ name: 'pgdry.toml', mimeType: 'text/plain', buffer: Buffer.from('base = "postgres"\n[rules]\n"rls/*" = "off"\n') });
  await expect(page.getByLabel('Base', { exact: true })).toHaveValue('postgres');
  await expect(page.getByLabel('Severity: All of rls')).toHaveValue('off');
  await playground.tab('Problems').click();
  await expect(playground.problem('rls/enabled-on-create')).toHaveCount(0);
});

test('a pgdry.toml that makes no sense is refused with the reason', async ({ playground, page }) => {
  await playground.open();
  await playground.tab('Settings').click();
  for (const [text, reason] of [
    ['preset = ', /pgdry\.toml is not used/],
    ['prset = "strict"', /prset/],
    ['[rules]\n"rls/no-polcy" = "off"', /rls\/no-policy/],
  ] as const) {
    await page.locator('#toml').setInputFiles({ name: 'pgdry.toml', mimeType: 'text/plain', buffer: Buffer.from(text) });
    await expect(page.locator('settings-view .refusal')).toContainText(reason);
  }
  await page.getByRole('button', { name: 'Defaults' }).click();
  await expect(page.locator('settings-view .refusal')).toHaveCount(0);
});
