/** Where page and worker share memory, the findings of the edited file come through it. */

import { expect, test } from './page';

test.use({ isolated: true });

test('findings come through shared memory, and are those that a message would bring', async ({ playground, page }) => {
  await page.addInitScript(() => {
    const told: string[] = [];
    const { set } = Object.getOwnPropertyDescriptor(Worker.prototype, 'onmessage')!;
    Object.defineProperty(Worker.prototype, 'onmessage', {
      set(this: Worker, take: (event: MessageEvent<{ kind?: string }>) => void) {
        set!.call(this, (event: MessageEvent<{ kind?: string }>) => {
          told.push(event.data.kind ?? '');
          take(event);
        });
      },
    });
    Object.assign(window, { told });
  });
  await playground.open();
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
  await playground.newMigration('select a from public.nope_one;\nselect 1;\nselect b from public.nope_two;');
  await expect(playground.problems.filter({ hasText: 'nope_' })).toHaveCount(2);
  await expect(playground.squiggles.filter({ hasText: 'nope_two' })).toHaveCount(1);
  const told = await page.evaluate(() => (window as unknown as { told: string[] }).told);
  expect(told).toContain('look');
  expect(told).not.toContain('so-far');
});

test('a file with more findings than there is room for comes as a message', async ({ playground }) => {
  await playground.open();
  await playground.paste(Array.from({ length: 3000 }, (_, at) => `select a from public.nope_${at};`).join('\n'));
  await expect(playground.tab('Problems 3,00')).toBeVisible();
  await playground.text.click();
  await playground.page.keyboard.press('Control+Home');
  await playground.page.keyboard.type('-- ');
  await expect(playground.tab('Problems 2,99|Problems 3,00')).toBeVisible();
  await expect(playground.squiggles.filter({ hasText: /^public.nope_1$/ })).toHaveCount(1);
});
