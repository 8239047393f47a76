import { expect, test } from './page';

test('the locks of the open file: modes, work, and until when they are held', async ({ playground, page }, testInfo) => {
  await playground.open();
  await playground.tab('Locks').click();
  const view = page.locator('locks-view');
  await playground.newMigration('alter table public.profiles alter column full_name type varchar(10);\nselect 1;\nbegin;\ncreate index profiles_bio_idx on public.profiles (bio);\ncommit;');
  await expect(view.locator('[role=status]')).toContainText('blocks reads and writes');
  const statements = view.locator('li');
  await expect(statements).toHaveCount(5);
  await expect(statements.first()).toContainText(/ACCESS EXCLUSIVE on table public\.profiles/);
  await expect(statements.first()).toContainText('rewrites it');
  await expect(statements.nth(2)).toContainText('another transaction');
  await expect(view.locator('.lanes')).toHaveAttribute('aria-label', /public\.profiles: ACCESS EXCLUSIVE, blocks reads and writes, from statement 1 to/);
  await page.screenshot({ path: testInfo.outputPath('locks.png') });
  await statements.nth(3).locator('.jump').click();
  await expect(playground.cursorLine).toHaveText('4');

  await playground.file('create_foundation.sql').click();
  await expect(view.locator('strong')).toContainText('create_foundation.sql');
});
