import { execFileSync } from 'node:child_process';
import * as path from 'node:path';
import type { Report } from '../../pkg/dist/pgdry.js';
import { expect, repository, test } from './page';

test('the panel shows every finding of the report, and nothing else', async ({ playground, page }) => {
  const report = path.join(repository, 'www/tests/report.mjs');
  const { findings } = JSON.parse(execFileSync(process.execPath, ['--no-warnings', report], { encoding: 'utf8' })) as Report;
  await playground.open('broken');
  await expect(page.getByRole('tab', { name: `Problems ${findings.length}` })).toBeVisible();
  const told = findings.map(
    ({ file, start, severity, message }) => `${file}:${start.line}:${start.column} ${severity}: ${message.replaceAll('`', '')}`,
  );
  // Only what is in sight is drawn, and on a slow machine not at once.
  const shown = new Set<string>();
  const list = page.locator('problem-list lit-virtualizer');
  await expect(async () => {
    for (let top = 0, height = 1; top < height; top += 300) {
      const drawn = await list.evaluate(async (element, top) => {
        element.scrollTop = top;
        await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 30)));
        const jumps = [...element.querySelectorAll('.jump')].map((jump) => `${jump.getAttribute('title')} ${jump.querySelector('.message')?.textContent}`);
        return { jumps, height: element.scrollHeight };
      }, top);
      height = drawn.height;
      for (const each of drawn.jumps) shown.add(each);
    }
    expect([...shown].toSorted()).toEqual([...new Set(told)].toSorted());
  }).toPass();
});

test('a click on a problem opens its file at its line', async ({ playground }) => {
  await playground.open('broken');
  await playground.filterProblems('syntax/error');
  const problem = playground.problem('syntax/error').filter({ hasText: 'syntax error at or near ","' });
  await problem.locator('.jump').click();
  await expect(playground.file('comma_too_many.sql')).toHaveAttribute('aria-current', 'true');
  await expect(playground.cursorLine).toHaveText('4');
  await expect(playground.squiggles).toHaveText(',');
  await expect(playground.text).toBeFocused();
});

test('the keyboard reaches every problem', async ({ playground, page }) => {
  await playground.open('broken');
  const jumps = page.locator('problem-list .jump');
  await jumps.first().focus();
  await page.keyboard.press('ArrowDown');
  await expect(jumps.nth(1)).toBeFocused();
  await page.keyboard.press('ArrowUp');
  await expect(jumps.first()).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(playground.text).toBeFocused();
});

test('severities and other files can be hidden', async ({ playground, page }) => {
  await playground.open('broken');
  const errors = page.locator('problem-list .jump .error');
  await expect(errors).not.toHaveCount(0);
  await page.locator('problem-list').getByRole('button', { name: /^\d+ errors?$/ }).click();
  await expect(errors).toHaveCount(0);
  await expect(playground.problems).not.toHaveCount(0);
  await page.locator('problem-list').getByRole('button', { name: /^\d+ errors?$/ }).click();
  await page.getByRole('button', { name: 'This file' }).click();
  await expect(page.locator('problem-list .group')).toHaveCount(1);
});

test('problems are grouped by rule and filtered by text', async ({ playground, page }) => {
  await playground.open('broken');
  await expect(playground.problems).not.toHaveCount(0);
  await page.getByLabel('Group by').selectOption('By rule');
  await page.getByLabel('Filter problems').fill('enabled-on-create notes');
  await expect(page.locator('problem-list .group')).toHaveText(/rls\/enabled-on-create/);
  await expect(playground.problems).toHaveCount(1);
  await page.getByLabel('Filter problems').fill('there is no such thing');
  await expect(page.locator('problem-list .empty')).toBeVisible();
  await page.getByLabel('Filter problems').fill('');
  await expect(playground.problems).not.toHaveCount(0);
  // From the field into the list.
  await page.getByLabel('Filter problems').press('ArrowDown');
  await expect(page.locator('problem-list .jump').first()).toBeFocused();
});

test('F8 goes from problem to problem, through all files and back', async ({ playground, page }) => {
  await playground.open();
  await playground.newMigration('select a from public.nope_one;\nselect 1;\nselect b from public.nope_two;');
  await expect(playground.problems.filter({ hasText: 'nope_' })).toHaveCount(2);
  await page.keyboard.press('Control+Home');
  await page.keyboard.press('F8');
  await expect(playground.cursorLine).toHaveText('1');
  await page.keyboard.press('F8');
  await expect(playground.cursorLine).toHaveText('3');
  await page.keyboard.press('Shift+F8');
  await expect(playground.cursorLine).toHaveText('1');
  await playground.file('create_profiles.sql').click();
  await playground.text.click();
  await page.keyboard.press('F8');
  await expect(playground.file('new_migration.sql')).toHaveAttribute('aria-current', 'true');
});

test('of 1,500 findings only those in sight are drawn, and the keyboard goes beyond them', async ({ playground, page }) => {
  await playground.open();
  const columns = Array.from({ length: 1500 }, (_, at) => `select a from public.nope_${at};`).join('\n');
  await playground.paste(columns);
  await expect(page.getByRole('tab', { name: /^Problems 1,50\d$/ })).toBeVisible();
  expect(await page.locator('problem-list .problem').count()).toBeLessThan(60);
  await page.locator('problem-list .jump').first().focus();
  for (let step = 0; step < 40; step++) await page.keyboard.press('ArrowDown');
  await expect(page.locator('problem-list .jump:focus')).toHaveAttribute('title', /:4[01]:/);
});

test('the focus stays in the list when other findings come', async ({ playground, page }) => {
  await playground.open();
  await playground.paste('select a from public.nope_one;\nselect b from public.nope_two;');
  await expect(playground.problems.filter({ hasText: 'nope_' })).toHaveCount(2);
  await page.locator('problem-list .jump').filter({ hasText: 'nope_two' }).focus();
  // A new report of the same text, with other objects in it.
  await page.locator('problem-list').evaluate((list: HTMLElement & { problems: { finding: object; consequences: object[] }[] }) => {
    list.problems = list.problems.map(({ finding, consequences }) => ({ finding: { ...finding }, consequences }));
  });
  await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => setTimeout(drawn, 100))));
  await expect(page.locator('problem-list .jump:focus')).toHaveAttribute('title', /:2:/);
});

test('what follows from a mistake is folded under it', async ({ playground, page }) => {
  await playground.open();
  await playground.newMigration('select a from public.nope_at_all;\nselect b from public.nope_at_all;');
  const cause = playground.problems.filter({ hasText: 'nope_at_all' });
  await expect(cause).toHaveCount(1);
  await expect(cause.locator('.consequences li')).toHaveCount(1);
  await expect(cause.locator('.consequences .jump')).toBeHidden();
  await cause.locator('summary').click();
  await cause.locator('.consequences .jump').click();
  await expect(playground.cursorLine).toHaveText('2');
  await expect(page.locator('side-panel [role=tab]').first()).toHaveAttribute('aria-selected', 'true');
});

test("a rule's page opens from a problem, and closes", async ({ playground, page }) => {
  await playground.open();
  await playground.newMigration('create table public.notes (id bigint primary key);');
  await page.getByRole('button', { name: 'rls/enabled-on-create', exact: true }).click();
  const article = page.locator('rule-page article');
  await expect(article.getByRole('heading').first()).toHaveText('rls/enabled-on-create');
  await expect(article.locator('figure.bad pre')).not.toHaveCount(0);
  await expect(article.locator('figure .tok-keyword')).not.toHaveCount(0);
  await page.getByRole('button', { name: 'Close the rule' }).click();
  await expect(page.getByRole('tab', { name: /^Problems/ })).toHaveAttribute('aria-selected', 'true');
});
