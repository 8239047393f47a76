/** Nothing holds the page's main thread up for long: not its start, not a large project, not typing in it. */

import { largeProject } from './large-project';
import { expect, test, touch, type Playground } from './page';
import { offerFolder } from './picked-folder';

/** On a quiet machine no task takes 50 ms. Those that tests run on are shared: a task waits there for others' turns. */
const LIMIT_MS = 300;
/** A busy machine is no slow page: the best of so long counts, phase by phase. */
const PATIENCE_MS = 25_000;
const MIGRATIONS = 500;

declare global {
  interface Window {
    longTasks: number[];
  }
}

/** The milliseconds of the longest task in each phase; 50 where none takes so long. */
async function longest(playground: Playground): Promise<Map<string, number>> {
  const { page } = playground;
  const phases = new Map<string, number>();
  const end = async (phase: string): Promise<void> => {
    phases.set(phase, Math.max(50, ...(await page.evaluate(() => window.longTasks.splice(0)))));
  };
  const loaded = page.waitForEvent('console', (message) => message.text() === 'pgdry:loaded');
  await page.goto(playground.server.address);
  await touch(page);
  await loaded;
  await end('at its start');

  await offerFolder(page, 'large', largeProject(MIGRATIONS));
  await page.evaluate(() => window.longTasks.splice(0));

  await page.getByRole('button', { name: 'Open a folder' }).click();
  await expect(page.locator('app-header .extent')).toContainText(`${MIGRATIONS} files`);
  await expect(playground.verdict).toContainText(/\d,\d{3} warnings/);
  await end(`opening ${MIGRATIONS} migrations`);

  await playground.filterProblems('orders_250');
  await playground.problems.first().locator('.jump').first().click();
  await expect(playground.text).toBeFocused();
  await end('going to a problem');
  await page.keyboard.type(' -- typed in the middle', { delay: 60 });
  await expect(playground.text).toContainText('typed in the middle');
  await end('typing');
  return phases;
}

test(`no task of the page takes more than ${LIMIT_MS} ms`, async ({ playground, page }) => {
  test.setTimeout(5 * PATIENCE_MS);
  await page.addInitScript(() => {
    window.longTasks = [];
    new PerformanceObserver((list) => window.longTasks.push(...list.getEntries().map(({ duration }) => duration))).observe({ type: 'longtask' });
    // Said in the console: to look for it from outside would be a task too.
    new PerformanceObserver((list) => list.getEntries().forEach(({ name }) => console.debug(name))).observe({ type: 'mark' });
  });
  const best = new Map<string, number>();
  for (const end = performance.now() + PATIENCE_MS; ;) {
    const found = await longest(playground);
    console.log([...found].map(([phase, milliseconds]) => `${phase} ${milliseconds > 50 ? `${milliseconds.toFixed(0)} ms` : 'under 50 ms'}`).join(', '));
    for (const [phase, milliseconds] of found) best.set(phase, Math.min(best.get(phase) ?? Infinity, milliseconds));
    if (Math.max(...best.values()) <= LIMIT_MS || performance.now() > end) break;
  }
  for (const [phase, milliseconds] of best) expect(milliseconds, phase).toBeLessThanOrEqual(LIMIT_MS);
});
