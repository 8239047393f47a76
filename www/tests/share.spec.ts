import { expect, test, touch } from './page';

test('a link holds the project with its settings, and no server sees it', async ({ playground, page, context }) => {
  await playground.open('rls');
  await expect(playground.problem('rls/enabled-on-create')).toHaveCount(1);
  await playground.tab('Settings').click();
  await page.getByLabel('Runner').selectOption('psql');
  await playground.newMigration('select 1; -- é 🐘');
  await page.getByRole('button', { name: 'Share as a link' }).click();
  await expect(page.locator('.notice')).toContainText('The link is copied');
  const link = await page.evaluate(() => navigator.clipboard.readText());
  expect(page.url()).toBe(link);
  expect(new URL(link).hash).toMatch(/^#project=[\w-]+$/);

  const asked = playground.server.requests.length;
  const other = await context.newPage();
  await other.goto(link);
  await touch(other);
  await expect(other.locator('file-list button.file')).toHaveCount(2);
  await expect(other.locator('sql-editor .cm-content')).toHaveText('select 1; -- é 🐘');
  await other.getByRole('tab', { name: 'Settings' }).click();
  await expect(other.getByLabel('Runner')).toHaveValue('psql');
  expect(playground.server.requests.slice(asked).join()).not.toContain('project=');

  // In a page that is open already, and cut short.
  await page.evaluate((hash) => (location.hash = hash), new URL(link).hash.slice(0, -40));
  await expect(page.locator('.notice')).toContainText('The link cannot be opened');
  await page.evaluate(() => (location.hash = '#project=!!'));
  await expect(page.locator('.notice')).toContainText('characters that no link of this page has');
});

test('a project that is too large for a link is said to be', async ({ playground, page }) => {
  await playground.open();
  // Random text does not compress.
  await playground.paste(`-- ${Array.from({ length: 12_000 }, () => Math.random().toString(36).slice(2)).join('')}`);
  await page.getByRole('button', { name: 'Share as a link' }).click();
  await expect(page.locator('.notice')).toContainText('too large for a link');
  expect(new URL(page.url()).hash).toBe('');
});

test('a project is saved in this browser, and comes back after a reload', async ({ playground, page }) => {
  await playground.open('broken');
  await playground.newMigration('select 1; -- mine');
  await page.getByRole('button', { name: 'Save in this browser' }).click();
  const name = page.getByLabel('Name of the saved project');
  await expect(name).toBeFocused();
  await name.fill('My own');
  await name.press('Enter');
  await expect(page.locator('.notice')).toContainText('Saved “My own”');
  await playground.open();
  await playground.openExample('My own');
  await expect(playground.text).toHaveText('select 1; -- mine');
  // With its pgdry.toml.
  await playground.tab('Settings').click();
  await expect(page.getByLabel('Live until')).toHaveValue('20250101000000');
  await page.getByRole('button', { name: 'Remove from this browser' }).click();
  await expect(page.locator('app-header option').filter({ hasText: 'My own' })).toHaveCount(1);
  await playground.open();
  await expect(page.locator('app-header option').filter({ hasText: 'My own' })).toHaveCount(0);
});

test('every example opens and shows what it is there for', async ({ playground, page }) => {
  await playground.open();
  const titles = await page.locator('app-header optgroup[label="A rule of each family"] option').allInnerTexts();
  expect(titles.length).toBeGreaterThanOrEqual(14);
  for (const rule of titles) {
    await playground.openExample(rule);
    await expect(playground.problem(rule), rule).not.toHaveCount(0);
  }
  await playground.openExample("The guide's migration");
  await expect(playground.text).toContainText('CREATE TABLE IF NOT EXISTS public.user_preferences');
  await expect(playground.verdict).not.toContainText('error');
});

test("an example on a rule's page opens in the editor", async ({ playground, page }) => {
  await playground.open('rls');
  await playground.problem('rls/enabled-on-create').getByRole('button', { name: 'rls/enabled-on-create', exact: true }).click();
  await page.locator('rule-page figure.good').first().getByRole('button', { name: 'Open in the editor' }).click();
  await expect(playground.text).toContainText(/enable row level security/i);
  await playground.tab('Problems').click();
  await expect(playground.problem('rls/enabled-on-create')).toHaveCount(0);
});
