/** `<pgdry-lint>` on a page that is no part of the site, from another origin: examples/element. */

import { readFileSync } from 'node:fs';
import * as path from 'node:path';
import { test as bare, type Page } from '@playwright/test';
import { axe, dist, expect, output, repository, test as base } from './site';
import { serve, type StaticServer } from './static-server';

const demo = path.join(repository, 'examples/element');

/** `site` is where the element comes from, `blog` opens a page that uses it. */
const test = base.extend<{ blog(policy?: string): Promise<StaticServer> }, { site: StaticServer }>({
  site: [
    async ({}, use) => {
      const site = await serve(dist, { 'Access-Control-Allow-Origin': '*' });
      await use(site);
      await site.close();
    },
    { scope: 'worker' },
  ],
  blog: async ({ page, site }, use) => {
    const servers: StaticServer[] = [];
    await use(async (policy) => {
      const server = await serve(demo, policy ? { 'Content-Security-Policy': policy.replaceAll('SITE', new URL(site.address).origin) } : {});
      servers.push(server);
      // The example names the origin of `make serve`.
      server.replace({ 'index.html': readFileSync(path.join(demo, 'index.html'), 'utf8').replace('http://localhost:4173/', site.address) });
      await page.goto(server.address);
      return server;
    });
    for (const server of servers) await server.close();
  },
});

const modules = (site: StaticServer): number => site.requests.filter((asked) => asked.endsWith('.wasm')).length;
const status = (page: Page, id: string) => page.locator(`#${id}`).getByRole('status');

test('one script tag from another origin: findings, events, one module and one worker for all', async ({ page, site, blog }) => {
  const before = modules(site);
  await blog();
  await expect(status(page, 'open')).toHaveText('1 finding');
  await expect(status(page, 'closed')).toHaveText('Nothing found');
  await expect(page.locator('#open li')).toContainText('error rls/enabled-on-create line 1: table public.notes is created without row level security');
  await expect(page.locator('#open').getByRole('link', { name: 'rls/enabled-on-create' })).toHaveAttribute('href', `${site.address}docs/rules/rls/enabled-on-create.html`);
  await expect(page.locator('#open .pgdry-found.pgdry-error')).toHaveText('public.notes');
  await expect(page.locator('#checks')).toContainText('open 1');
  expect(modules(site) - before).toBe(1);
  expect(page.workers()).toHaveLength(1);
  expect(await axe(page)).toEqual([]);
  await page.screenshot({ path: path.join(output, 'element.png') });
});

test('it is checked when it comes near what is seen, not before', async ({ page, blog }) => {
  await blog();
  await expect(status(page, 'closed')).toBeVisible();
  await expect(page.locator('#below pre')).toBeVisible();
  await expect(status(page, 'below')).toHaveCount(0);
  await page.locator('#below').scrollIntoViewIfNeeded();
  await expect(page.locator('#below li')).toContainText('schema/undefined-table');
  await expect(page.locator('#checks')).toContainText('below 1');
});

test('edited, and used from a script: value, rules, base, preset, editable, findings', async ({ page, blog }) => {
  await blog();
  await expect(status(page, 'open')).toHaveText('1 finding');
  const text = page.locator('#open').getByRole('textbox', { name: 'A table without row level security, editable' });
  await text.press('Control+End');
  await page.keyboard.type('\nalter table public.notes enable row level security;');
  await expect(page.locator('#open li')).toContainText('rls/no-policy');
  expect(await page.locator('#open').evaluate((element) => (element as unknown as { value: string }).value)).toMatch(/^create table public\.notes \(\n {2}id bigint[\s\S]*security;$/);

  const checked = (change: string): Promise<string[]> =>
    page.locator('#closed').evaluate(
      (element, change) =>
        new Promise<string[]>((resolve) => {
          element.addEventListener('pgdry-check', (event) => resolve((event as CustomEvent<{ findings: { rule: string }[] }>).detail.findings.map(({ rule }) => rule)), { once: true });
          Object.assign(element, JSON.parse(change));
        }),
      change,
    );
  expect(await checked('{"value":"create table public.tags (id int primary key);"}')).toEqual(['rls/enabled-on-create']);
  expect(await checked('{"rules":"naming/*"}')).toEqual([]);
  expect(await checked('{"rules":"naming/required-columns docs/header"}')).toEqual(['docs/header', 'naming/required-columns']);
  expect(await checked('{"rules":"*", "preset":"strict"}')).toContain('docs/comment-on-table');
  await page.locator('#closed').evaluate((element) => element.removeAttribute('preset'));
  expect(await checked('{"value":"create table t (id uuid primary key default extensions.uuid_generate_v4());", "rules":"schema/*"}')).toEqual([]);
  expect(await checked('{"base":"postgres"}')).toEqual(['schema/undefined-schema']);
  expect(await checked('{"value":"drop table a, b;", "base":"supabase", "rules":""}')).toContain('schema/undefined-table');
  await expect(page.locator('#closed').getByRole('textbox')).toHaveCount(0);
  await page.locator('#closed').evaluate((element) => element.toggleAttribute('editable', true));
  await expect(page.locator('#closed').getByRole('textbox')).toHaveValue('drop table a, b;');
  expect(await page.locator('#closed').evaluate((element) => (element as unknown as { findings: { place: { line: number } }[] }).findings.map(({ place }) => place.line))).toContain(1);
});

test('a configuration that is refused is said, in the element and as an event', async ({ page, blog }) => {
  await blog();
  await expect(status(page, 'closed')).toBeVisible();
  await page.locator('#closed').evaluate((element) => element.setAttribute('config', '{"presset":"strict"}'));
  await expect(status(page, 'closed')).toContainText('Not checked: unknown key `presset`; did you mean `preset`?');
  await expect(page.locator('#checks')).toContainText('closed: unknown key');
  await page.locator('#closed').evaluate((element) => element.setAttribute('config', 'not JSON'));
  await expect(page.locator('#checks')).toContainText('closed: config is not JSON');
});

test.describe('under a Content Security Policy', () => {
  const policy = "default-src 'none'; img-src data:; style-src 'self'; script-src 'self' SITE 'wasm-unsafe-eval'; connect-src SITE";

  test('the one that the documentation asks for is enough', async ({ page, blog }) => {
    await blog(`${policy}; worker-src blob: SITE`);
    await expect(status(page, 'open')).toHaveText('1 finding');
    expect(page.workers()).toHaveLength(1);
  });
});

// These pages break their policy on purpose: no complaint is not expected of them.
bare.describe('under a policy that forbids', () => {
  const open = async (page: Page, policy: string): Promise<() => Promise<void>> => {
    const site = await serve(dist, { 'Access-Control-Allow-Origin': '*' });
    const server = await serve(demo, { 'Content-Security-Policy': policy.replaceAll('SITE', new URL(site.address).origin) });
    server.replace({ 'index.html': readFileSync(path.join(demo, 'index.html'), 'utf8').replace('http://localhost:4173/', site.address) });
    await page.goto(server.address);
    return async () => {
      await site.close();
      await server.close();
    };
  };

  bare('workers: the validator runs in the page', async ({ page }) => {
    const close = await open(page, "default-src 'none'; img-src data:; style-src 'self'; script-src 'self' SITE 'wasm-unsafe-eval'; worker-src 'none'; connect-src SITE");
    await expect(status(page, 'open')).toHaveText('1 finding');
    expect(page.workers()).toHaveLength(0);
    await close();
  });

  bare('WebAssembly: the SQL is shown, and said not to be checked', async ({ page }) => {
    const close = await open(page, "default-src 'none'; img-src data:; style-src 'self'; script-src 'self' SITE; worker-src blob:; connect-src SITE");
    await expect(status(page, 'open')).toContainText('Not checked: ');
    await expect(page.locator('#open').getByRole('textbox')).toHaveValue(/create table public\.notes/);
    await close();
  });
});
