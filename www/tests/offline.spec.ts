import { expect, test } from './page';

test('once loaded, nothing more is asked for, and everything works without a network', async ({ playground, page, context }) => {
  await playground.open();
  await playground.loaded();
  const requests: string[] = [];
  context.on('request', (request) => requests.push(request.url()));
  const served = playground.server.requests.length;
  await context.setOffline(true);

  await playground.newMigration('create table public.offline (id bigint primary key);');
  await playground.problem('rls/enabled-on-create').locator('.fix').click();
  await expect(playground.problem('rls/enabled-on-create')).toHaveCount(0);
  await page.getByRole('tab', { name: 'Types' }).click();
  await expect(page.locator('types-view .cm-content')).toContainText('export type Json');
  await page.getByRole('button', { name: 'postgres-meta' }).click();
  await playground.tab('Schema').click();
  await expect(page.locator('schema-diagram [data-table="public.offline"]')).toHaveCount(1);
  await playground.tab('Locks').click();
  await expect(page.locator('locks-view li')).not.toHaveCount(0);
  for (const name of ['Contract', 'Settings', 'Prove']) await playground.tab(name).click();
  await page.getByRole('button', { name: 'Share as a link' }).click();
  await expect(page.locator('.notice')).toContainText('The link is copied');
  await page.getByRole('button', { name: /^Show the dark/ }).click();
  await playground.openExample('One of each mistake');
  await page.getByRole('tab', { name: /^Problems/ }).click();
  await playground.filterProblems('syntax/error');
  await playground.problem('syntax/error').first().getByRole('button', { name: 'syntax/error', exact: true }).click();
  await expect(page.locator('rule-page').getByRole('heading', { name: 'syntax/error' })).toBeVisible();

  expect(requests).toEqual([]);
  expect(playground.server.requests.slice(served)).toEqual([]);
});
