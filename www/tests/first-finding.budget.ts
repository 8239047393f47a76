import { expect, test, type Browser } from '@playwright/test';
import { dist } from './site';
import { serve } from './static-server';

/** On a quiet machine it is under one second; those that tests run on are shared, and half as fast for minutes. */
const LIMIT_MS = 2000;
const RUNS = 5;
/** A busy machine is no slow page: the best median of so long counts. */
const PATIENCE_MS = 25_000;

test.describe.configure({ mode: 'serial' });

/** Milliseconds from navigation until an element is there, whatever shadow tree it is in. */
async function timeUntil(browser: Browser, address: string, selector: string): Promise<number> {
  // A server and a profile of its own: no connection and no file is there yet.
  const server = await serve(dist);
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.addInitScript((selector) => {
    const find = (root: Document | ShadowRoot): boolean =>
      !!root.querySelector(selector) || [...root.querySelectorAll('*')].some((element) => !!element.shadowRoot && find(element.shadowRoot));
    const look = (): void => {
      if (document.body && find(document)) performance.mark('there');
      else requestAnimationFrame(look);
    };
    look();
  }, selector);
  // A new window is work of the browser's own, for half a second: the page is opened in one that is there.
  await page.waitForTimeout(1000);
  await page.goto(server.address + address);
  await page.waitForFunction(() => performance.getEntriesByName('there').length > 0);
  const time = await page.evaluate(() => performance.getEntriesByName('there')[0]!.startTime);
  await context.close();
  await server.close();
  return time;
}

const views = [
  // What the page opens with has no finding: the report of its 30 migrations.
  { name: 'the playground reports on its first project', address: '', selector: '.verdict' },
  { name: 'an example of a rule shows its finding, live', address: 'docs/rules/rls/enabled-on-create.html', selector: '.pgdry-findings li button' },
];

for (const { name, address, selector } of views) {
  test(`with nothing in the cache ${name} within ${LIMIT_MS} ms of navigation`, async ({ browser }) => {
    test.setTimeout(5 * PATIENCE_MS);
    let best = Infinity;
    for (const end = performance.now() + PATIENCE_MS; best > LIMIT_MS && performance.now() < end;) {
      const times: number[] = [];
      for (let at = 0; at < RUNS; at++) times.push(await timeUntil(browser, address, selector));
      times.sort((a, b) => a - b);
      console.log(`after ${times.map((time) => `${time.toFixed(0)} ms`).join(', ')}: ${name}`);
      best = Math.min(best, times[(RUNS - 1) / 2]!);
    }
    expect(best).toBeLessThanOrEqual(LIMIT_MS);
  });
}
