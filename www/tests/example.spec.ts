import { expect, test } from './page';

test('opens on the example, checked, with the user preferences in the editor', async ({ playground, page }) => {
  await playground.open();
  await expect(playground.file('add_user_preferences.sql')).toHaveAttribute('aria-current', 'true');
  await expect(playground.text).toContainText('CREATE TABLE IF NOT EXISTS public.user_preferences');
  await expect(playground.verdict).not.toContainText('error');
  await expect(page.locator('app-header .extent')).toContainText('30 files');
});

test('works under a strict policy', async ({ playground, page }) => {
  await playground.open();
  const policy = await page.locator('meta[http-equiv="Content-Security-Policy"]').getAttribute('content');
  expect(policy).toContain("default-src 'none'");
  expect(policy).not.toMatch(/unsafe-inline|'unsafe-eval'|https?:|\*/);
  // The policy is in force, not only written down.
  await page.evaluate(() => document.head.append(Object.assign(document.createElement('style'), { textContent: 'body { color: red }' })));
  await expect.poll(() => page.evaluate(() => window.violations.splice(0))).toEqual([expect.stringContaining('style-src')]);
  playground.complaints.splice(0);
});
