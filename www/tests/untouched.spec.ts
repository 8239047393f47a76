/** A page that nobody has touched: the text without the editor, which comes when it is wanted, and loses nothing of what was begun. */

import AxeBuilder from '@axe-core/playwright';
import { expect, test, type Playground } from './page';

const glimpse = (playground: Playground) => playground.page.locator('code-glimpse pre');

/** Opens an example without a hand on the mouse. */
async function visit(playground: Playground, key: string): Promise<void> {
  await playground.page.goto(`${playground.server.address}#example=${key}`);
  await expect(playground.verdict).toBeVisible();
  await expect(glimpse(playground).locator('.line').first()).toBeVisible();
}

test('the text is shown with its findings as the editor shows them', async ({ playground, page }) => {
  await visit(playground, 'rls');
  await expect(playground.text).toHaveCount(0);
  const keyword = glimpse(playground).locator('.keyword').first();
  const marks = glimpse(playground).locator('span:is(.error, .warning, .info)');
  await expect(marks.first()).toBeVisible();
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
  const before = {
    word: await keyword.textContent(),
    box: await keyword.boundingBox(),
    lines: await glimpse(playground).locator('.line').allTextContents(),
    marked: await marks.allTextContents(),
    dots: await glimpse(playground).locator('.line:is(.error, .warning, .info)').count(),
  };
  await page.mouse.move(1, 1);
  await expect(glimpse(playground)).toHaveCount(0);
  expect(await playground.text.locator('.cm-line').allTextContents()).toEqual(before.lines);
  expect((await playground.squiggles.allTextContents()).join('')).toBe(before.marked.join(''));
  await expect(page.locator('sql-editor .cm-lint-marker')).toHaveCount(before.dots);
  const word = playground.text.locator('.tok-keyword').first();
  await expect(word).toHaveText(before.word!);
  const after = (await word.boundingBox())!;
  for (const side of ['x', 'y', 'width', 'height'] as const) expect(Math.abs(after[side] - before.box![side]), side).toBeLessThan(1);
});

test('a click places the cursor, and what is typed before the editor is there is written in it', async ({ playground, page }) => {
  await visit(playground, 'rls');
  const line = glimpse(playground).locator('.line').filter({ hasText: /\S/ }).first();
  const text = (await line.textContent())!;
  const { x, y } = (await line.boundingBox())!;
  // In one task of the page, left of the first character: the mouse's way to it would bring the editor.
  await page.evaluate(
    ({ x, y, keys }) => {
      const pre = document.querySelector('pgdry-app')!.shadowRoot!.querySelector('code-glimpse')!.shadowRoot!.querySelector('pre')!;
      pre.dispatchEvent(new PointerEvent('pointerdown', { bubbles: true, composed: true }));
      pre.focus();
      pre.dispatchEvent(new MouseEvent('click', { bubbles: true, composed: true, clientX: x, clientY: y }));
      for (const key of keys) pre.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, composed: true, cancelable: true }));
    },
    { x: x + 48, y: y + 5, keys: [...'/* é */', 'Enter', 'Shift'] },
  );
  await expect(playground.text).toBeFocused();
  await expect(playground.text.locator('.cm-line').nth(0)).toHaveText('/* é */');
  await expect(playground.text.locator('.cm-line').nth(1)).toHaveText(text);
  await page.keyboard.type('x');
  await expect(playground.text.locator('.cm-line').nth(1)).toHaveText(`x${text}`);
});

test('it is reached by the keyboard', async ({ playground }) => {
  await visit(playground, 'rls');
  await glimpse(playground).focus();
  await expect(playground.text).toBeFocused();
});

test('another project is shown as well', async ({ playground, page }) => {
  await visit(playground, 'rls');
  await page.evaluate(() => (location.hash = '#example=broken'));
  await expect(glimpse(playground).locator('span.error').first()).toBeVisible();
});
