import { expect, test } from './page';

test.use({ viewport: { width: 390, height: 844 }, hasTouch: true });

test('every panel on a phone: nothing is wider than the screen', async ({ playground, page }, testInfo) => {
  await playground.open();
  const part = (name: string) => page.getByRole('navigation').getByRole('button', { name }).tap();
  await page.screenshot({ path: testInfo.outputPath('editor.png') });
  await part('Results');
  for (const [tab, ready] of [
    ['Problems', 'problem-list .bar'],
    ['Types', 'types-view .cm-line'],
    ['Schema', 'schema-diagram .box'],
    ['Locks', 'locks-view li'],
    ['Contract', 'contract-view .cm-line'],
    ['Prove', 'prove-view .offer'],
    ['Settings', 'settings-view details'],
  ] as const) {
    await playground.tab(tab).tap();
    await expect(page.locator(ready).first()).toBeVisible();
    const { x, width } = (await page.locator('side-panel').boundingBox())!;
    expect([x, width], tab).toEqual([0, 390]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth), tab).toBeLessThanOrEqual(390);
    await page.screenshot({ path: testInfo.outputPath(`${tab}.png`) });
  }
  await part('Files');
  await page.getByRole('button', { name: /^Move .* up$/ }).tap();
  await expect(page.locator('.notice')).toContainText('It is now');
  await page.screenshot({ path: testInfo.outputPath('files.png') });
});
