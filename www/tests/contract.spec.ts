import { expect, test } from './page';

test('the contract is edited as TOML, and shows where it is broken', async ({ playground, page }, testInfo) => {
  await playground.open();
  await playground.tab('Contract').click();
  const view = page.locator('contract-view');
  await expect(view.locator('[role=status]')).toContainText('The schema keeps the contract');
  await expect(view.locator('.cm-content')).toContainText('[contract');

  await playground.newMigration('alter table public.profiles drop column bio;');
  await expect(view.locator('[role=status]')).toContainText(/[1-9] requirements? broken/);
  await view.locator('.jump').first().click();
  await expect(playground.file('new_migration.sql')).toHaveAttribute('aria-current', 'true');
  await page.screenshot({ path: testInfo.outputPath('contract.png') });

  const text = view.locator('.cm-content');
  await text.click();
  await page.keyboard.press('Control+a');
  await playground.pasteOver('[contract.tables.profiles]\ncolumns = ["id", "no_such_column"]\n');
  await expect(view.locator('.jump')).toContainText([/no_such_column/]);
  await page.keyboard.press('Control+End');
  await page.keyboard.type('indexes = [');
  await expect(view.locator('.refusal')).toBeVisible();
  await page.keyboard.type(']');
  await expect(view.locator('.refusal')).toHaveCount(0);
  await page.keyboard.press('Control+a');
  await playground.pasteOver('[contract.tables.profiles]\nindxes = []\n');
  await expect(view.locator('.refusal')).toContainText('indxes');
});
