/** The documentation as the tests open it: every test fails when a page logs an error, throws, or breaks its Content-Security-Policy. */

import { AxeBuilder } from '@axe-core/playwright';
import { test as base, expect, type Page } from '@playwright/test';
import * as path from 'node:path';
import { fileURLToPath } from 'node:url';
import { serve, type StaticServer } from './static-server';

export { expect };

const here = path.dirname(fileURLToPath(import.meta.url));
export const output = path.join(here, 'output');
export const repository = path.dirname(path.dirname(here));
export const dist = path.join(repository, 'www/dist');

declare global {
  interface Window {
    violations: string[];
  }
}

/** What the page complains of, from now on. */
export async function complaintsOf(page: Page): Promise<() => Promise<string[]>> {
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.text() === 'Service Worker registration blocked by Playwright') return;
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  await page.addInitScript(() => {
    window.violations = [];
    addEventListener('securitypolicyviolation', (event) => window.violations.push(`${event.violatedDirective}: ${event.blockedURI}`));
  });
  return async () => [...complaints, ...(await page.evaluate(() => window.violations ?? []).catch(() => []))];
}

/**
 * What axe finds, shadow trees included; in the dark only what the colours decide: the rest is the same page. In the page itself: otherwise each time a
 * second page is opened to join the results of frames, and there are none.
 */
export async function axe(page: Page, colorScheme: 'light' | 'dark' = 'light'): Promise<string[]> {
  const builder = new AxeBuilder({ page }).setLegacyMode().options({ resultTypes: ['violations'] });
  const { violations } = await (colorScheme === 'dark' ? builder.withRules('color-contrast') : builder).analyze();
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => `${id}: ${html}\n${failureSummary}`));
}

export const test = base.extend<{ complaints: void }, { server: StaticServer }>({
  server: [
    async ({}, use) => {
      const server = await serve(dist);
      await use(server);
      await server.close();
    },
    { scope: 'worker' },
  ],
  complaints: [
    async ({ page }, use) => {
      const complaints = await complaintsOf(page);
      await use();
      expect(await complaints()).toEqual([]);
    },
    { auto: true },
  ],
});

/** An example of a page, by the title above it. */
export const example = (page: Page, title: string) =>
  page.getByRole('heading', { name: title, exact: true }).locator('xpath=following-sibling::figure[1]').locator('pgdry-lint');
