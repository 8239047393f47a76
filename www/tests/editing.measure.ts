/** How long after a key the edited file's new findings are there, in a project of 500 migrations with 6,000 findings. `npm run measure` prints it. */

import type { Page } from '@playwright/test';
import { largeProject, migration } from './large-project';
import { expect, test, type Playground } from './page';

const MIGRATIONS = 500;
const KEYS = 60;
/** Milliseconds between two keys: in fast typing; and slower, so that each comes while the whole chain is judged after the one before. */
const PAUSES = [120, 230];

async function openLarge({ page }: Playground): Promise<void> {
  const files = largeProject(MIGRATIONS);
  const data = await page.evaluateHandle((files) => {
    const transfer = new DataTransfer();
    for (const [name, text] of files) transfer.items.add(new File([text], name));
    return transfer;
  }, files);
  await page.dispatchEvent('pgdry-app', 'drop', { dataTransfer: data });
}

/** The milliseconds from each key to the findings that it led to, and the longest task of the main thread meanwhile. */
async function type(page: Page, key: string, pause: number): Promise<{ waits: number[]; longest: number }> {
  await page.evaluate(() => {
    const seen = { marks: [] as PerformanceEntry[], longest: 0 };
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
    const { marks, longest } = (window as unknown as { seen: { marks: PerformanceEntry[]; longest: number } }).seen;
    const waits: number[] = [];
    let edited: number | undefined;
    for (const { name, startTime } of marks.sort((a, b) => a.startTime - b.startTime)) {
      if (name === 'pgdry:edit') edited = startTime;
      if (name !== 'pgdry:findings' || edited === undefined) continue;
      waits.push(startTime - edited);
      edited = undefined;
    }
    return { waits, longest };
  });
}

const at = (sorted: number[], share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;

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
        const { waits, longest } = await type(page, key, pause);
        const sorted = waits.sort((a, b) => a - b);
        const shown = [at(sorted, 0.5), at(sorted, 0.95), sorted.at(-1) ?? NaN].map((wait) => wait.toFixed(1));
        const typing = `file ${file}, an edit ${edit}, a key each ${pause} ms`;
        console.log(`${typing}: ${waits.length} keys, median ${shown[0]}, p95 ${shown[1]}, most ${shown[2]} ms; longest task ${longest} ms`);
        expect(waits.length).toBeGreaterThan(KEYS / 2);
      }
    }
  }
});
