import * as path from 'node:path';
import { expect, output, repository, test } from './page';

/** The picture in the README: UPDATE_SCREENSHOT=1 replaces it, otherwise it lands among the test's output. */
test.use({ viewport: { width: 1360, height: 820 }, deviceScaleFactor: 1.5 });

test('the picture in the README', async ({ playground, page }) => {
  await playground.open('broken');
  await playground.file('table_open_to_all.sql').click();
  await expect(playground.problem('rls/enabled-on-create').filter({ hasText: 'notes' })).toBeVisible();
  await expect(playground.squiggles).toBeVisible();
  await playground.squiggles.first().hover();
  await expect(page.locator('.cm-tooltip-lint')).toBeVisible();
  const update = process.env['UPDATE_SCREENSHOT'] === '1';
  const file = update ? path.join(repository, 'docs/images/playground.png') : path.join(output, 'playground.png');
  await page.screenshot({ path: file });
});
