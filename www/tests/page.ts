/** What the tests do with the page, in the user's words. */

import { test as base, expect, type Locator, type Page } from '@playwright/test';
import * as path from 'node:path';
import { fileURLToPath } from 'node:url';
import { isolation } from '../isolation';
import { serve, type StaticServer } from './static-server';

export { expect };

const here = path.dirname(fileURLToPath(import.meta.url));
export const output = path.join(here, 'output');
export const repository = path.dirname(path.dirname(here));

declare global {
  interface Window {
    violations: string[];
  }
}

/** Waits until the page has loaded everything that it will. */
export async function loaded(page: Page): Promise<void> {
  await touch(page);
  await page.waitForFunction(() => performance.getEntriesByName('pgdry:loaded').length > 0);
  // The layout's worker may still fetch its script.
  await page.waitForLoadState('networkidle');
}

/** Somebody is there: the editor comes. */
export const touch = (page: Page): Promise<void> => page.mouse.move(1, 1);

export class Playground {
  /** Errors and warnings in the console, and what was thrown. */
  readonly complaints: string[] = [];

  constructor(
    readonly page: Page,
    readonly server: StaticServer,
  ) {}

  /** Loads the page, with the example of this key, and waits for the first report. */
  async open(example = ''): Promise<void> {
    await this.page.goto(`${this.server.address}${example && `#example=${example}`}`);
    await touch(this.page);
    await expect(this.verdict).toBeVisible();
  }

  /** Waits for everything that the page loads, also the views that are not seen yet. */
  loaded(): Promise<void> {
    return loaded(this.page);
  }

  async openExample(title: string): Promise<void> {
    await this.page.getByLabel('Project', { exact: true }).selectOption(title);
  }

  get verdict(): Locator {
    return this.page.locator('app-header .verdict');
  }

  get text(): Locator {
    return this.page.locator('sql-editor .cm-content');
  }

  get squiggles(): Locator {
    return this.page.locator('sql-editor .cm-lintRange');
  }

  /** The problems that are not folded away, in the panel. */
  get problems(): Locator {
    return this.page.locator('problem-list .problem');
  }

  problem(rule: string): Locator {
    return this.problems.filter({ has: this.page.getByRole('button', { name: rule, exact: true }) });
  }

  /** The list of migrations; a file by a part of its name. */
  file(name: string): Locator {
    return this.page.locator('file-list button.file').filter({ hasText: name });
  }

  /** Where the editor's cursor is: the number of its line. */
  get cursorLine(): Locator {
    return this.page.locator('sql-editor .cm-lineNumbers .cm-activeLineGutter');
  }

  /** Pastes text outside of the editor. */
  async paste(text: string): Promise<void> {
    await this.page.evaluate((text) => {
      const data = new DataTransfer();
      data.setData('text/plain', text);
      document.body.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }));
    }, text);
  }

  /** Shows only the problems that have these words; those out of sight are not drawn. */
  async filterProblems(text: string): Promise<void> {
    await this.page.getByLabel('Filter problems').fill(text);
  }

  /** Puts text in the place of what is selected in the editor that has the focus. */
  async pasteOver(text: string): Promise<void> {
    await this.page.evaluate((text) => navigator.clipboard.writeText(text), text);
    await this.page.keyboard.press('Control+v');
  }

  tab(name: string): Locator {
    return this.page.getByRole('tab', { name: new RegExp(`^${name}`) });
  }

  async newMigration(sql: string): Promise<void> {
    await this.page.getByRole('button', { name: 'New migration' }).click();
    await expect(this.page.getByRole('textbox', { name: /^New name of/ })).toBeFocused();
    await this.page.keyboard.press('Enter');
    await this.text.click();
    await this.page.keyboard.type(sql);
  }
}

interface Fixtures {
  playground: Playground;
}

interface WorkerFixtures {
  /** Whether the server sends the headers that `make serve` sends. */
  isolated: boolean;
  server: StaticServer;
}

/** Every test fails when the page logs an error, throws, or breaks its Content-Security-Policy. */
export const test = base.extend<Fixtures, WorkerFixtures>({
  isolated: [false, { scope: 'worker', option: true }],
  server: [
    async ({ isolated }, use) => {
      const server = await serve(path.join(path.dirname(here), 'dist'), isolated ? isolation : {});
      await use(server);
      await server.close();
    },
    { scope: 'worker' },
  ],
  playground: async ({ page, server }, use) => {
    const playground = new Playground(page, server);
    page.on('console', (message) => {
      if (message.text() === 'Service Worker registration blocked by Playwright') return;
      if (message.type() === 'error' || message.type() === 'warning') playground.complaints.push(message.text());
    });
    page.on('pageerror', (error) => playground.complaints.push(String(error)));
    await page.addInitScript(() => {
      window.violations = [];
      addEventListener('securitypolicyviolation', (event) => window.violations.push(`${event.violatedDirective}: ${event.blockedURI}`));
    });
    await use(playground);
    expect(playground.complaints).toEqual([]);
    expect(await page.evaluate(() => window.violations)).toEqual([]);
  },
});
