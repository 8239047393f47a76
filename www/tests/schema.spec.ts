import { readFileSync } from 'node:fs';
import { expect, test } from './page';

test('the diagram has the tables, keys and policies, live, and goes to where a table is made', async ({ playground, page }, testInfo) => {
  await playground.open();
  await playground.tab('Schema').click();
  const diagram = page.locator('schema-diagram');
  const table = (name: string) => diagram.locator(`[data-table="${name}"]`);
  await expect(table('public.profiles')).toHaveAttribute('aria-label', /Table public\.profiles, \d+ columns, row level security on, [1-9]\d* policies/);
  await page.getByRole('button', { name: 'Larger panel' }).click();
  await page.screenshot({ path: testInfo.outputPath('diagram.png') });
  // Foreign keys are lines that name their columns.
  await expect(diagram.locator('path title').filter({ hasText: 'user_id → users (id)' })).not.toHaveCount(0);

  const zoom = diagram.getByRole('button', { name: 'Zoom in' });
  for (let step = 0; step < 6; step++) await zoom.click();
  await expect(diagram.locator('.box text').filter({ hasText: 'PK' })).not.toHaveCount(0);
  const place = (): Promise<string | null> => diagram.locator('svg > g').first().getAttribute('transform');
  const before = await place();
  const box = (await diagram.boundingBox())!;
  await page.mouse.move(box.x + 400, box.y + 300);
  await page.mouse.down();
  await page.mouse.move(box.x + 480, box.y + 340, { steps: 4 });
  await page.mouse.up();
  await expect.poll(place).not.toBe(before);
  await page.mouse.wheel(0, 400);
  await diagram.getByRole('button', { name: 'Fit' }).click();
  await page.getByRole('button', { name: 'Smaller panel' }).click();
  await table('public.profiles').click();
  await expect(playground.file('create_profiles.sql')).toHaveAttribute('aria-current', 'true');
  await expect(playground.text).toContainText('profiles');

  await playground.newMigration('create table public.brand_new (id bigint primary key, p uuid references public.profiles (id));');
  await expect(table('public.brand_new')).toHaveAttribute('aria-label', /2 columns, row level security off/);
  await table('public.brand_new').focus();
  await page.keyboard.press('Enter');
  await expect(playground.file('new_migration.sql')).toHaveAttribute('aria-current', 'true');
});

test('the diagram is saved as SVG and as PNG', async ({ playground, page }) => {
  await playground.open();
  await playground.tab('Schema').click();
  const diagram = page.locator('schema-diagram');
  const saved = async (name: string): Promise<Buffer> => {
    const download = page.waitForEvent('download');
    await diagram.getByRole('button', { name }).click();
    const file = await download;
    expect(file.suggestedFilename()).toBe(`schema.${name.toLowerCase()}`);
    return readFileSync(await file.path());
  };
  const svg = (await saved('SVG')).toString();
  expect(svg).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
  expect(svg).toContain('>profiles<');
  expect(svg).not.toMatch(/var\(|style=|<!--/);
  // It is whole: an XML parser takes it.
  expect(await page.evaluate((svg) => new DOMParser().parseFromString(svg, 'image/svg+xml').querySelectorAll('g.box').length, svg)).toBeGreaterThan(20);
  const png = await saved('PNG');
  expect(png.subarray(1, 4).toString()).toBe('PNG');
  expect(png.readUInt32BE(16)).toBeGreaterThan(1000);
  expect(png.length).toBeGreaterThan(50_000);
});

test('the slider shows the schema after each migration, and what each changed', async ({ playground, page }, testInfo) => {
  await playground.open();
  await playground.tab('Schema').click();
  const view = page.locator('schema-view');
  await expect(view.locator('.count')).toHaveText('30 of 30');
  await view.getByLabel('Migration', { exact: true }).fill('1');
  await expect(view.locator('.file')).toHaveText('20240109101500_create_profiles.sql');
  await expect(view.locator('li.added')).toContainText([/profiles/]);
  await expect(view.locator('[data-table="public.profiles"]')).toHaveCount(1);
  await expect(view.locator('[data-table="public.organizations"]')).toHaveCount(0);
  await view.getByRole('button', { name: 'The next migration' }).click();
  await expect(view.locator('[data-table="public.organizations"]')).toHaveCount(1);
  await page.screenshot({ path: testInfo.outputPath('timeline.png') });

  const at = await playground.file('add_project_slug.sql').evaluate((button) => [...button.closest('ul')!.children].indexOf(button.closest('li')!));
  await view.getByLabel('Migration', { exact: true }).fill(String(at));
  await expect(view.locator('li.changed')).toContainText(/\+ column slug text/);
  await view.locator('.file').click();
  await expect(playground.file('add_project_slug.sql')).toHaveAttribute('aria-current', 'true');
});
