import { expect, test } from './page';
import { axe } from './site';

for (const colorScheme of ['light', 'dark'] as const) {
  test.describe(colorScheme, () => {
    test.use({ colorScheme });

    test('axe finds nothing in problems, tooltip, types, a rule and a notice', async ({ playground, page }) => {
      await playground.open('broken');
      await expect(playground.problems).not.toHaveCount(0);
      expect(await axe(page, colorScheme), 'problems').toEqual([]);

      await playground.squiggles.first().hover();
      await expect(page.locator('.cm-tooltip-lint')).toBeVisible();
      expect(await axe(page, colorScheme), 'tooltip').toEqual([]);

      await page.getByRole('tab', { name: 'Types' }).click();
      await expect(page.locator('types-view .cm-content')).toContainText('export type Json');
      expect(await axe(page, colorScheme), 'types').toEqual([]);

      await page.getByRole('tab', { name: /^Problems/ }).click();
      await page.locator('problem-list button.rule').first().click();
      await expect(page.locator('rule-page article h2')).toBeVisible();
      expect(await axe(page, colorScheme), 'rule').toEqual([]);

      await page.getByRole('button', { name: /^Remove/ }).click();
      await expect(page.locator('.notice')).toBeVisible();
      expect(await axe(page, colorScheme), 'notice').toEqual([]);
    });

    test('axe finds nothing in schema, locks, contract, proof, settings and completion', async ({ playground, page }, testInfo) => {
      // Small: axe looks at every element.
      await playground.open('lock');
      for (const [tab, ready] of [
        ['Schema', 'schema-diagram .box'],
        ['Locks', 'locks-view li'],
        ['Contract', 'contract-view .cm-content'],
        ['Prove', 'prove-view .offer'],
        ['Settings', 'settings-view summary'],
      ] as const) {
        await playground.tab(tab).click();
        await expect(page.locator(ready).first()).toBeVisible();
        if (tab === 'Settings') await page.locator('settings-view summary').first().click();
        expect(await axe(page, colorScheme), tab).toEqual([]);
        await page.screenshot({ path: testInfo.outputPath(`${tab}.png`) });
      }

      await playground.newMigration('select ');
      await page.keyboard.press('Control+Space');
      await expect(page.locator('.cm-tooltip-autocomplete')).toBeVisible();
      expect(await axe(page, colorScheme), 'completion').toEqual([]);
      await page.keyboard.press('Escape');
    });
  });
}

test('the toggle shows the other colours', async ({ playground, page }) => {
  await playground.open();
  const ground = (): Promise<string> => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const light = await ground();
  await page.getByRole('button', { name: /^Show the dark/ }).click();
  expect(await ground()).not.toBe(light);
  await page.getByRole('button', { name: /^Show the light/ }).click();
  expect(await ground()).toBe(light);
});

test.describe('on a phone', () => {
  test.use({ viewport: { width: 390, height: 844 }, hasTouch: true });

  test('one part at a time, nothing wider than the screen, and axe finds nothing', async ({ playground, page }) => {
    await playground.open('broken');
    await expect(playground.text).toBeVisible();
    for (const part of ['Files', 'Editor', 'Results']) {
      await page.getByRole('navigation').getByRole('button', { name: part }).tap();
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
      expect(await axe(page), part).toEqual([]);
    }
    await playground.filterProblems('syntax/error');
    await playground.problem('syntax/error').first().locator('.jump').tap();
    await expect(playground.text).toBeVisible();
    await expect(playground.problems.first()).toBeHidden();
  });
});
