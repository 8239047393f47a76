/**
 * How long after a key the edited file's new findings are there, in a project of 500 migrations with 6,000 findings: since the browser had the key, and
 * since the editor knew what it changes. `npm run measure` prints it.
 */

import type { Page } from '@playwright/test';
import { largeProject, migration } from './large-project';
import { expect, test, type Playground } from './page';

const MIGRATIONS = 500;
const KEYS = 60;
/** Milliseconds between two keys: in fast typing; and slower, so that each comes while the whole chain is judged after the one before. */
const PAUSES = [120, 230];

test.use({ isolated: true });

async function openLarge({ page }: Playground): Promise<void> {
  const files = largeProject(MIGRATIONS);
  const data = await page.evaluateHandle((files) => {
    const transfer = new DataTransfer();
    for (const [name, text] of files) transfer.items.add(new File([text], name));
    return transfer;
  }, files);
  await page.dispatchEvent('pgdry-app', 'drop', { dataTransfer: data });
}

interface Typed {
  /** Milliseconds to the findings that a key led to, one for each key. */
  sinceKey: number[];
  sinceEdit: number[];
  /** The longest task of the main thread meanwhile. */
  longest: number;
}

async function type(page: Page, key: string, pause: number): Promise<Typed> {
  await page.evaluate(() => {
    const seen = { marks: [] as PerformanceEntry[], longest: 0 };
    addEventListener('keydown', ({ timeStamp }) => performance.mark('key', { startTime: timeStamp }), { capture: true, signal: (window.typed = new AbortController()).signal });
    const marks = new PerformanceObserver((list) => seen.marks.push(...list.getEntries()));
    marks.observe({ type: 'mark' });
    const tasks = new PerformanceObserver((list) => list.getEntries().forEach(({ duration }) => (seen.longest = Math.max(seen.longest, duration))));
    tasks.observe({ type: 'longtask' });
    Object.assign(window, { seen });
  });
  for (let at = 0; at < KEYS; at++) {
    await page.keyboard.press(at % 10 === 9 ? 'Backspace' : key);
    await page.waitForTimeout(pause);
  }
  await page.waitForTimeout(1500);
  return page.evaluate(() => {
    window.typed.abort();
    const { marks, longest } = (window as unknown as { seen: { marks: PerformanceEntry[]; longest: number } }).seen;
    const typed: Typed = { sinceKey: [], sinceEdit: [], longest };
    let pressed = NaN;
    let edited: number | undefined;
    for (const { name, startTime } of marks.sort((a, b) => a.startTime - b.startTime)) {
      if (name === 'key') pressed = startTime;
      if (name === 'pgdry:edit') edited = startTime;
      if (name !== 'pgdry:findings' || edited === undefined) continue;
      typed.sinceKey.push(startTime - pressed);
      typed.sinceEdit.push(startTime - edited);
      edited = undefined;
    }
    return typed;
  });
}

declare global {
  interface Window {
    typed: AbortController;
  }
}

const at = (sorted: number[], share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;

function inWords(waits: readonly number[]): string {
  const sorted = waits.toSorted((a, b) => a - b);
  return `median ${at(sorted, 0.5).toFixed(1)}, p95 ${at(sorted, 0.95).toFixed(1)}, most ${at(sorted, 1).toFixed(1)} ms`;
}

test('the edited file\'s findings come at once, in a large project', async ({ playground, page }) => {
  test.setTimeout(600_000);
  await playground.open();
  await openLarge(playground);
  await expect(playground.verdict).toContainText(/\d,\d{3} warnings/, { timeout: 60_000 });
  console.log(await playground.verdict.innerText());
  const places = [
    ['that changes nothing', '-- change', 'x'],
    ['that changes the catalog', 'public.orders', '1'],
  ] as const;
  for (const file of [1, MIGRATIONS / 2, MIGRATIONS]) {
    for (const [edit, before, key] of places) {
      // As a click in the list of files does, most of which are out of sight.
      await page.locator('pgdry-app main').evaluate((main, path) => main.dispatchEvent(new CustomEvent('open-file', { detail: path })), migration(file)[0]);
      await expect(page.locator('section.editor h2')).toHaveText(migration(file)[0]);
      await page.locator('sql-editor .cm-line').filter({ hasText: before }).first().click();
      // Into the name of the table, or to the end of the comment.
      await page.keyboard.press('Home');
      const steps = before === '-- change' ? 9 : 'create table public.orders'.length;
      for (let step = 0; step < steps; step++) await page.keyboard.press('ArrowRight');
      for (const pause of PAUSES) {
        const { sinceKey, sinceEdit, longest } = await type(page, key, pause);
        const typing = `file ${file}, an edit ${edit}, a key each ${pause} ms`;
        console.log(`${typing}: ${sinceKey.length} keys, ${inWords(sinceKey)} since the key; ${inWords(sinceEdit)} since the edit; longest task ${longest} ms`);
        expect(sinceKey.length).toBeGreaterThan(KEYS / 2);
      }
    }
  }
});
