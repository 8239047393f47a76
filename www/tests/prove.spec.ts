import type { Page } from '@playwright/test';
import { expect, test } from './page';

const summary = (page: Page) => page.locator('prove-view .summary');

test('nothing of PGlite is loaded before the click; then the chain runs in PostgreSQL, verdict beside verdict', async ({ playground, page }, testInfo) => {
  const asked = playground.server.requests.length;
  await playground.open();
  await playground.loaded();
  for (const name of ['Types', 'Schema', 'Locks', 'Contract', 'Settings', 'Prove']) await playground.tab(name).click();
  const before = playground.server.requests.slice(asked);
  expect(before.filter((request) => /pglite|initdb|\.data$|tar|supabase-/.test(request))).toEqual([]);

  await page.getByRole('button', { name: 'Prove it for real' }).click();
  await expect(summary(page)).toContainText(/PostgreSQL \d+\.\d+: 554 statements in .* no difference/s, { timeout: 100_000 });
  // All of it from the page's own folder.
  const after = playground.server.requests.slice(asked + before.length);
  expect(after.some((request) => /pglite.*\.wasm$/.test(request))).toBe(true);
  expect(after.every((request) => request.startsWith('/some/where/assets/'))).toBe(true);
  await page.screenshot({ path: testInfo.outputPath('prove-aias.png') });
});

test('refusals are compared by SQLSTATE, and a difference stands out', async ({ playground, page }, testInfo) => {
  await playground.open('schema');
  await playground.paste('create table public.t (a int);\ncreate table public.t (a int);\nselect nope from public.t;\nselect 1 / (select count(*) from public.t)::int;\ncreate extension pg_cron;');
  await playground.tab('Prove').click();
  await page.getByRole('button', { name: 'Prove it for real' }).click();
  await expect(summary(page)).toContainText(/statements in/, { timeout: 100_000 });
  const pair = (text: string) => page.locator('prove-view .pair').filter({ hasText: text });
  await expect(pair('create table public.t').nth(1)).toContainText(/pgdry\s+refused 42P07[\s\S]*PostgreSQL\s+refused 42P07/);
  await expect(pair('select nope')).toContainText(/refused 42703[\s\S]*refused 42703/);
  // Rows are PostgreSQL's alone: nobody knows beforehand.
  await expect(pair('select 1 /')).toHaveClass(/different/);
  await expect(pair('create extension pg_cron')).toHaveClass(/missing/);
  await expect(summary(page)).toContainText('1 difference');
  await page.getByRole('button', { name: 'Only differences' }).click();
  await expect(page.locator('prove-view .pair.same')).toHaveCount(0);
  await page.screenshot({ path: testInfo.outputPath('prove-difference.png') });
  await pair('select 1 /').locator('.jump').click();
  await expect(playground.cursorLine).toHaveText('4');
});
