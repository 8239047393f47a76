import * as path from 'node:path';
import { axe, example, expect, output, test } from './site';

/** One of each kind. */
const PAGES = ['docs/index.html', 'docs/configuration.html', 'docs/element.html', 'docs/compare.html', 'docs/rules/index.html', 'docs/rules/naming/identifier.html'];

test.describe('without JavaScript', () => {
  test.use({ javaScriptEnabled: false });

  test('a rule reads: what it finds, why, what is reported, what to write, its options', async ({ page, server }) => {
    await page.goto(`${server.address}docs/rules/rls/tenant-isolation.html`);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('rls/tenant-isolation');
    await expect(page.locator('.badges')).toHaveText('error on by default');
    for (const section of ['Why', 'How to fix', 'Options']) await expect(page.getByRole('heading', { name: section })).toBeVisible();
    const bad = example(page, 'Bad: every user of every tenant');
    await expect(bad.locator('pre')).toBeVisible();
    await expect(bad.locator('li')).toContainText('error rls/tenant-isolation line 3: policy Read on public.invoices lets every signed-in user SELECT');
    await expect(bad.locator('.pgdry-found.pgdry-error').first()).toBeVisible();
    await expect(example(page, 'Good: members').locator('.pgdry-verdict')).toHaveText('Nothing found');
    await expect(page.getByRole('search')).toBeHidden();
    // From page to page by links alone.
    await page.getByRole('link', { name: 'rls/always-true' }).first().click();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('rls/always-true');
  });

  test('the three common failures, each with what pgdry says', async ({ page, server }) => {
    await page.goto(`${server.address}docs/troubleshooting.html`);
    await expect(example(page, 'A syntax error')).toContainText('error syntax/error line 4: syntax error at or near ")"');
    await expect(example(page, 'A missing dependency')).toContainText('relation "public.profiles" does not exist');
    await expect(example(page, 'An index is missing')).toContainText('contract/index');
    await expect(page.getByRole('figure', { name: 'What pgdry types prints' })).toContainText('export type Database');
  });

  test('every rule is on the index, and on a page of its own', async ({ page, server }) => {
    await page.goto(`${server.address}docs/rules/index.html`);
    const rules = await page.locator('main td:first-child a').evaluateAll((links) => links.map((link) => [link.textContent, (link as HTMLAnchorElement).href]));
    expect(rules.length).toBeGreaterThan(150);
    for (const [rule, address] of rules) {
      const response = await page.request.get(address!);
      expect(response.ok(), rule!).toBe(true);
      expect(await response.text()).toContain(`<title>${rule} · pgdry</title>`);
    }
  });

  test('every key of pgdry.toml, every option of every command', async ({ page, server }) => {
    await page.goto(`${server.address}docs/configuration.html`);
    const keys = await page.locator('td:first-child > code').allInnerTexts();
    for (const key of ['preset', 'base', 'applied_until', 'exposed_schemas', 'overrides', 'postgrest_version', 'foreign_keys', 'forbidden', 'paths']) expect(keys).toContain(key);
    await page.goto(`${server.address}docs/command.html`);
    const terms = await page.locator('dt').allInnerTexts();
    for (const option of ['--since <REF>', '-o, --output-file <FILE>', '--dialect <DIALECT>', '--force']) expect(terms).toContain(option);
  });
});

for (const colorScheme of ['light', 'dark'] as const) {
  test.describe(colorScheme, () => {
    test.use({ colorScheme });

    test('axe finds nothing in tables, examples and lists', async ({ page, server }) => {
      for (const address of ['docs/compare.html', 'docs/rules/naming/identifier.html']) {
        await page.goto(server.address + address);
        const live = page.locator('pgdry-lint').first();
        if (await live.count()) await expect(live.getByRole('status')).toBeVisible();
        expect(await axe(page, colorScheme), address).toEqual([]);
      }
      await page.screenshot({ path: path.join(output, `site-rule-${colorScheme}.png`) });
      expect(await page.evaluate(() => getComputedStyle(document.body).backgroundColor)).toBe(colorScheme === 'dark' ? 'rgb(20, 23, 28)' : 'rgb(255, 255, 255)');
    });
  });
}

test.describe('on a phone', () => {
  test.use({ viewport: { width: 390, height: 844 }, hasTouch: true });

  test('nothing is wider than the screen, the pages are a tap away, and axe finds nothing', async ({ page, server }) => {
    for (const address of PAGES) {
      await page.goto(server.address + address);
      expect(await page.evaluate(() => document.documentElement.scrollWidth), address).toBeLessThanOrEqual(390);
    }
    await page.goto(`${server.address}docs/troubleshooting.html`);
    await expect(page.locator('pgdry-lint').first().getByRole('status')).toBeVisible();
    expect(await axe(page)).toEqual([]);
    await page.screenshot({ path: path.join(output, 'site-phone.png') });
    await page.getByRole('link', { name: 'Pages' }).tap();
    const link = page.getByRole('navigation', { name: 'Documentation' }).getByRole('link', { name: 'Configuration' });
    await expect(link).toBeInViewport();
    await link.tap();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Configuration');
  });
});

test('live examples say what the static ones said, without moving anything', async ({ page, server }) => {
  const rules = ['rls/tenant-isolation', 'contract/index', 'naming/edited-migration', 'lock/add-foreign-key', 'index/redundant'];
  for (const rule of rules) {
    await page.goto(`${server.address}docs/rules/${rule}.html`);
    const live = page.locator('pgdry-lint');
    const before = await live.evaluateAll((all) => all.map((one) => [...one.querySelectorAll('li, .pgdry-verdict')].map((line) => line.textContent)));
    const height = await page.evaluate(() => document.body.scrollHeight);
    for (const one of await live.all()) {
      await one.scrollIntoViewIfNeeded();
      await expect(one.getByRole('status')).toBeVisible();
    }
    const after = await live.evaluateAll((all) =>
      all.map((one) => [...one.shadowRoot!.querySelectorAll('li, .pgdry-verdict')].map((line) => [...line.childNodes].filter((node) => node.nodeName !== 'BUTTON').map((node) => node.textContent).join(''))),
    );
    expect(after, rule).toEqual(before);
    // Buttons for fixes may take a line more.
    const buttons = await live.evaluateAll((all) => all.flatMap((one) => [...one.shadowRoot!.querySelectorAll('button')]).length);
    expect(Math.abs((await page.evaluate(() => document.body.scrollHeight)) - height), rule).toBeLessThanOrEqual(buttons * 40);
  }
});

test('an example is edited: the finding goes with a fix, another comes with a mistake', async ({ page, server }) => {
  await page.goto(`${server.address}docs/rules/rls/enabled-on-create.html`);
  const bad = example(page, 'Bad');
  await bad.getByRole('button', { name: 'Fix: Enable row level security' }).click();
  await expect(bad.getByRole('status')).toHaveText('Nothing found');
  const text = bad.getByRole('textbox');
  await expect(text).toHaveValue(/alter table public\.notes enable row level security;/);
  await text.press('Control+End');
  await page.keyboard.type('\nselect from where;');
  await expect(bad.locator('.pgdry-findings li').filter({ hasText: 'syntax/error' })).toContainText('line 3: syntax error at or near "where"');
  await expect(bad.getByRole('link', { name: 'syntax/error' })).toHaveAttribute('href', `${server.address}docs/rules/syntax/error.html`);
});

test('search finds rules and guides by the keyboard, from any folder', async ({ page, server }) => {
  await page.goto(`${server.address}docs/rules/rls/no-policy.html`);
  await page.keyboard.press('/');
  const field = page.getByRole('combobox', { name: 'Search the documentation' });
  await expect(field).toBeFocused();
  await page.keyboard.type('add foreign key');
  await expect(page.getByRole('option').first()).toContainText('lock/add-foreign-key');
  expect(await axe(page)).toEqual([]);
  await page.keyboard.press('ArrowDown');
  await expect(page.getByRole('option', { selected: true })).toContainText('lock/add-foreign-key');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('lock/add-foreign-key');
  await field.fill('tenent');
  await expect(page.getByRole('option').first()).toContainText('rls/tenant-isolation');
  await field.fill('type generation fails');
  await expect(page.getByRole('option').first()).toContainText('Troubleshooting');
  await field.fill('xylophone');
  await expect(page.getByRole('listbox')).toHaveText('Nothing found');
  await field.press('Escape');
  await expect(page.getByRole('listbox')).toBeHidden();
});
