/** The service worker: the second visit needs no network, of the page and of the documentation. */

import { readFileSync } from 'node:fs';
import * as path from 'node:path';
import { test as base, type BrowserContext, type Page, type Worker } from '@playwright/test';
import { loaded, touch } from './page';
import { complaintsOf, dist, example, expect } from './site';
import { serve, type StaticServer } from './static-server';

// A server of its own, which the tests stop.
const test = base.extend<{ host: StaticServer }>({
  serviceWorkers: 'allow',
  host: async ({}, use) => {
    const host = await serve(dist);
    await use(host);
    await host.close();
  },
});

/** Until the worker has kept everything. */
async function installed(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const { active } = await navigator.serviceWorker.ready;
    if (active && active.state !== 'activated') await new Promise((resolve) => active.addEventListener('statechange', resolve, { once: true }));
  });
}

const stateOf = (worker: Worker): Promise<string> => worker.evaluate('serviceWorker.state');

const verdict = (page: Page) => page.locator('app-header .verdict');

async function visit(context: BrowserContext, address: string): Promise<{ page: Page; complaints: () => Promise<string[]> }> {
  const page = await context.newPage();
  const complaints = await complaintsOf(page);
  await page.goto(address);
  return { page, complaints };
}

test('after one visit the server may be gone: the page checks, the documentation reads, its examples live, the search finds', async ({ context, host }) => {
  const first = await visit(context, host.address);
  await expect(verdict(first.page)).toBeVisible();
  await installed(first.page);
  expect(await first.complaints()).toEqual([]);
  await first.page.close();
  await host.close();

  const { page, complaints } = await visit(context, host.address);
  await expect(verdict(page)).toBeVisible();
  await touch(page);
  await expect(page.locator('sql-editor .cm-content')).toBeVisible();
  await page.goto(`${host.address}docs/rules/rls/enabled-on-create.html`);
  await example(page, 'Bad').getByRole('button', { name: /^Fix/ }).click();
  await expect(example(page, 'Bad').getByRole('status')).toHaveText('Nothing found');
  await page.getByRole('combobox').fill('foreign key index');
  await expect(page.getByRole('option').first()).toContainText('index/foreign-key');
  // A folder stands for its index, as on the server.
  await page.goto(`${host.address}docs/`);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Start');
  expect(await complaints()).toEqual([]);
});

test('the same when the first visit was to a page of the documentation', async ({ context, host }) => {
  const first = await visit(context, `${host.address}docs/rules/index.html`);
  await installed(first.page);
  await first.page.close();
  await host.close();
  const { page, complaints } = await visit(context, host.address);
  await expect(verdict(page)).toBeVisible();
  expect(await complaints()).toEqual([]);
});

test('from the second visit on the page shares memory with its worker, whatever the server sends', async ({ context, host }) => {
  const isIsolated = (page: Page): Promise<boolean> => page.evaluate(() => crossOriginIsolated);
  const first = await visit(context, host.address);
  await expect(verdict(first.page)).toBeVisible();
  expect(await isIsolated(first.page)).toBe(false);
  await installed(first.page);
  await first.page.close();
  const { page, complaints } = await visit(context, host.address);
  await expect(verdict(page)).toBeVisible();
  expect(await isIsolated(page)).toBe(true);
  // A worker of its own lays it out.
  await page.getByRole('tab', { name: 'Schema' }).click();
  await expect(page.locator('schema-diagram [data-table]').first()).toBeVisible();
  await page.goto(`${host.address}docs/rules/rls/enabled-on-create.html`);
  await example(page, 'Bad').getByRole('button', { name: /^Fix/ }).click();
  await expect(example(page, 'Bad').getByRole('status')).toHaveText('Nothing found');
  expect(await complaints()).toEqual([]);
});

test('once loaded and kept, nothing more is asked for', async ({ context, host }) => {
  const { page } = await visit(context, host.address);
  await expect(verdict(page)).toBeVisible();
  await installed(page);
  await loaded(page);
  const served = host.requests.length;
  const asked: string[] = [];
  context.on('request', (request) => asked.push(request.url()));
  await page.locator('sql-editor .cm-content').click();
  await page.keyboard.type('create table public.later (id bigint primary key);');
  await page.waitForTimeout(1000);
  expect(asked).toEqual([]);
  expect(host.requests.slice(served)).toEqual([]);
});

test('a new build is shown at once, and kept in place of the old one', async ({ context, host }) => {
  const first = await visit(context, `${host.address}docs/index.html`);
  await installed(first.page);
  await first.page.close();
  // The server has a newer page and a newer worker from now on.
  const start = path.join(dist, 'docs/index.html');
  const worker = path.join(dist, 'sw.js');
  const changed = readFileSync(start, 'utf8').replace('<h1 id="start">Start</h1>', '<h1 id="start">Start anew</h1>');
  const script = readFileSync(worker, 'utf8').replace(/(docs\/index\.html\\?",\\?")[\w-]+/, '$1newhash1');
  expect(script).toContain('newhash1');
  host.replace({ 'docs/index.html': changed, 'sw.js': script });

  const { page } = await visit(context, `${host.address}docs/index.html`);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Start anew');
  await page.waitForLoadState('networkidle');
  const before = host.requests.length;
  await page.evaluate(async () => {
    const registration = (await navigator.serviceWorker.getRegistration())!;
    await registration.update();
    const worker = registration.installing ?? registration.waiting;
    if (worker?.state === 'installing') await new Promise((resolve) => worker.addEventListener('statechange', resolve, { once: true }));
    if (!registration.waiting) throw new Error('the new worker does not wait');
  });
  // What has not changed is not loaded again.
  expect(host.requests.slice(before).filter((asked) => !asked.endsWith('sw.js'))).toEqual([expect.stringMatching(/docs\/index\.html$/)]);
  const states = await Promise.all(context.serviceWorkers().map(stateOf));
  const newest = context.serviceWorkers()[states.indexOf('installed')]!;
  await page.close();
  // The browser activates it some time after the last page of the old one has gone.
  await expect.poll(() => stateOf(newest!)).toBe('activated');
  await host.close();
  const later = await visit(context, `${host.address}docs/index.html`);
  await expect(later.page.getByRole('heading', { level: 1 })).toHaveText('Start anew');
  expect(await later.complaints()).toEqual([]);
});

test('it is installable: a manifest that the browser takes, with its icons', async ({ context, host }) => {
  const { page } = await visit(context, host.address);
  const session = await context.newCDPSession(page);
  const { errors, manifest, url } = await session.send('Page.getAppManifest');
  expect(errors).toEqual([]);
  expect(url).toBe(`${host.address}manifest.webmanifest`);
  expect([manifest.startUrl, manifest.scope]).toEqual([host.address, host.address]);
  await installed(page);
  const { installabilityErrors } = await session.send('Page.getInstallabilityErrors');
  expect(installabilityErrors.filter(({ errorId }) => errorId !== 'in-incognito')).toEqual([]);
});
