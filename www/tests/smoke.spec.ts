import { expect, test } from './page';
test('smoke', async ({ playground, page }) => {
  await playground.open();
  await page.screenshot({ path: 'tests/output/s-problems.png' });
  for (const tab of ['Types', 'Schema', 'Locks', 'Contract', 'Settings', 'Prove']) {
    await page.getByRole('tab', { name: tab }).click();
    await page.waitForTimeout(700);
    await page.screenshot({ path: `tests/output/s-${tab}.png` });
  }
  await page.getByRole('button', { name: 'Prove it for real' }).click();
  await expect(page.locator('prove-view .summary')).toContainText('statements in', { timeout: 60000 });
  await page.screenshot({ path: `tests/output/s-Proved.png` });
  console.log(await page.locator('prove-view').innerText());
});
