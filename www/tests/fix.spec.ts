import { expect, test } from './page';

const table = 'create table public.notes (id bigint generated always as identity primary key, body text);';

test('a table without RLS is found while it is typed, and the quick fix mends it', async ({ playground, page }) => {
  await playground.open();
  await playground.newMigration(table);
  await expect(playground.problem('rls/enabled-on-create')).toContainText('notes');
  const squiggle = playground.squiggles.filter({ hasText: 'notes' });
  await expect(squiggle).toBeVisible();

  await squiggle.hover();
  const tooltip = page.locator('.cm-tooltip-lint');
  await expect(tooltip).toContainText('row level security');
  // The rule's page: what it says before its examples.
  await expect(tooltip.locator('.page p').first()).toBeVisible();
  await tooltip.locator('.cm-diagnosticAction').first().click();

  await expect(playground.text).toContainText(/alter table public\.notes enable row level security;/i);
  await expect(playground.problem('rls/enabled-on-create')).toHaveCount(0);
});

test('the fix is also in the panel and under a key, and can be undone', async ({ playground, page }) => {
  await playground.open();
  await playground.newMigration(table);
  const problem = playground.problem('rls/enabled-on-create');
  await problem.locator('.fix').click();
  await expect(problem).toHaveCount(0);

  await playground.text.click();
  await page.keyboard.press('Control+z');
  await expect(problem).toHaveCount(1);
  await expect(playground.text).toHaveText(table);

  await problem.locator('.jump').click();
  await expect(playground.text).toBeFocused();
  await page.keyboard.press('Control+.');
  await expect(problem).toHaveCount(0);
});

test('places are right after characters beyond the first plane', async ({ playground }) => {
  await playground.open();
  await playground.newMigration(`-- 🐘🐘 é\n${table}`);
  await playground.problem('rls/enabled-on-create').locator('.jump').click();
  await expect(playground.squiggles.filter({ hasText: 'notes' })).toBeVisible();
  await expect(playground.cursorLine).toHaveText('2');
  await playground.problem('rls/enabled-on-create').locator('.fix').click();
  await expect(playground.text).toContainText(/body text\);\s*alter table public\.notes enable row level security;/i);
});

test('every fix of a file, and of the project, in one step that can be undone', async ({ playground, page }) => {
  await playground.open();
  await playground.newMigration(`${table}\ncreate table public.others (id bigint primary key);`);
  await expect(playground.problem('rls/enabled-on-create')).toHaveCount(2);
  const text = await playground.text.innerText();
  await page.getByRole('button', { name: 'Fix file (' }).click();
  await expect(playground.problem('rls/enabled-on-create')).toHaveCount(0);
  await expect(page.locator('.notice')).toContainText(/Applied \d+ fixes in 1 file/);
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect.poll(() => playground.text.innerText()).toBe(text);

  await playground.openExample('One of each mistake');
  await expect(page.locator('app-header .extent')).toContainText('51 files');
  await page.getByRole('button', { name: 'Fix all (' }).click();
  await expect(page.locator('.notice')).toContainText(/Applied \d+ fixes in \d+ files/);
  await expect(page.getByRole('button', { name: 'Fix all (' })).toHaveCount(0);
});
