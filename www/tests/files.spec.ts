import type { Page } from '@playwright/test';
import { readdir, writeFile } from 'node:fs/promises';
import * as path from 'node:path';
import { expect, repository, test, type Playground } from './page';
import { offerFolder } from './picked-folder';

/** Drops a file or a folder of this machine onto the editor, as a file manager does. */
async function dropFromDisk({ page, text }: Playground, file: string): Promise<void> {
  const box = await text.boundingBox();
  if (!box) throw new Error('the editor is not in sight');
  const session = await page.context().newCDPSession(page);
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
    const data = { items: [], files: [file], dragOperationsMask: 1 };
    await session.send('Input.dispatchDragEvent', { type, x: box.x + 50, y: box.y + 10, data });
  }
}

/** Drops files that come from no file system, such as an attachment dragged out of a page. */
async function drop(page: Page, files: Record<string, string>): Promise<void> {
  const data = await page.evaluateHandle((files) => {
    const transfer = new DataTransfer();
    for (const [name, text] of Object.entries(files)) transfer.items.add(new File([text], name));
    return transfer;
  }, files);
  await page.dispatchEvent('pgdry-app', 'dragover', { dataTransfer: data });
  await expect(page.locator('.drop')).toBeVisible();
  await page.dispatchEvent('pgdry-app', 'drop', { dataTransfer: data });
  await expect(page.locator('.drop')).toBeHidden();
}

test('migrations are added, named, removed, and brought back', async ({ playground, page }) => {
  await playground.open();
  await page.getByRole('button', { name: 'New migration' }).click();
  const name = page.getByRole('textbox', { name: /^New name of/ });
  await expect(name).toBeFocused();
  await name.fill('20250201120000_add_teams.sql');
  await name.press('Enter');
  await expect(playground.file('add_teams.sql')).toHaveAttribute('aria-current', 'true');

  await playground.text.click();
  await page.keyboard.type('create schema teams;');
  await playground.file('add_teams.sql').press('F2');
  await name.fill('99990101000000_add_teams_at_last.sql');
  await name.press('Enter');
  // It stands in the order of the replay, with its text.
  await expect(page.locator('file-list button.file').nth(-2)).toContainText('add_teams_at_last.sql');
  await expect(playground.text).toHaveText('create schema teams;');

  await playground.file('add_teams_at_last.sql').press('Delete');
  await expect(playground.file('add_teams_at_last.sql')).toHaveCount(0);
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(playground.text).toHaveText('create schema teams;');
});

test('a name that is taken is refused', async ({ playground, page }) => {
  await playground.open();
  await page.getByRole('button', { name: /^Rename/ }).click();
  const name = page.getByRole('textbox', { name: /^New name of/ });
  await name.fill('20240109101500_create_profiles.sql');
  await name.press('Enter');
  await expect(page.locator('.notice')).toContainText('already a file');
  await expect(playground.file('add_user_preferences.sql')).toHaveCount(1);
});

test('dropped files join the project', async ({ playground, page }) => {
  await playground.open();
  await drop(page, { '20250202000000_dropped.sql': 'create table public.dropped (id bigint primary key);\r\n' });
  await expect(playground.file('dropped.sql')).toHaveAttribute('aria-current', 'true');
  await expect(playground.problem('rls/enabled-on-create')).toContainText('dropped');
  await expect(page.locator('app-header .extent')).toContainText('31 files');
});

test('a file from disk joins the project, and leaves the text that it was dropped on alone', async ({ playground }, testInfo) => {
  await playground.open();
  const file = testInfo.outputPath('20250202000000_dropped.sql');
  await writeFile(file, 'create table public.dropped (id bigint primary key);\n');
  await dropFromDisk(playground, file);
  await expect(playground.file('dropped.sql')).toHaveAttribute('aria-current', 'true');
  await expect(playground.text).toContainText('create table public.dropped');
  await playground.file('add_user_preferences.sql').click();
  await expect(playground.text).toContainText('CREATE TABLE IF NOT EXISTS public.user_preferences');
  await expect(playground.text).not.toContainText('dropped');
});

test('a dropped project opens, with its pgdry.toml', async ({ playground, page }) => {
  await playground.open();
  const folder = path.join(repository, 'examples/broken');
  const files = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith('.sql'));
  await dropFromDisk(playground, folder);
  await expect(page.locator('app-header .extent')).toContainText(`${files.length} files`);
  // Only where the configuration says what is live.
  await playground.filterProblems('index/concurrently');
  await expect(playground.problem('index/concurrently')).not.toHaveCount(0);
});

test('something else that is dropped is named as such', async ({ playground, page }) => {
  await playground.open();
  await drop(page, { 'notes.txt': 'nothing' });
  await expect(page.locator('.notice')).toContainText('no .sql file');
});

test('an opened folder becomes the project, with its pgdry.toml', async ({ playground, page }) => {
  await playground.open();
  await page.locator('file-list #folder').setInputFiles(new URL('../../examples/broken', import.meta.url).pathname);
  await expect(page.getByLabel('Project')).toHaveValue('');
  await expect(playground.file('comma_too_many.sql')).toHaveCount(1);
  await playground.filterProblems('syntax/error');
  await expect(playground.problem('syntax/error')).not.toHaveCount(0);
});

test('a folder that the browser has a picker for becomes the project; nothing happens when none is picked', async ({ playground, page }) => {
  await playground.open();
  const open = page.getByRole('button', { name: 'Open a folder' });
  await offerFolder(page, 'picked', [
    ['pgdry.toml', 'base = "postgres"\n'],
    ['node_modules/other/1_no.sql', 'select 0;'],
    ['supabase/seed.sql', 'select 0;'],
    ['supabase/migrations/20250101000000_one.sql', 'create table public.one (id bigint primary key);'],
    ['supabase/migrations/20250102000000_two.sql', 'alter table public.one add column two int;'],
  ]);
  await open.click();
  await expect(page.locator('app-header .extent')).toContainText('2 files');
  await expect(playground.text).toContainText('public.one');
  await playground.tab('Settings').click();
  await expect(page.getByLabel('Base', { exact: true })).toHaveValue('postgres');

  await page.evaluate(() => (window.showDirectoryPicker = () => Promise.reject(new DOMException('The user aborted a request.', 'AbortError'))));
  await open.click();
  await expect(page.locator('app-header .extent')).toContainText('2 files');

  // In a frame of another site the browser refuses: the other picker is asked.
  await page.evaluate(() => (window.showDirectoryPicker = () => Promise.reject(new DOMException('not in a frame', 'SecurityError'))));
  const chooser = page.waitForEvent('filechooser');
  await open.click();
  await expect((await chooser).element().evaluate((input) => (input as Element).id)).resolves.toBe('folder');
});

test('text that is pasted outside of the editor becomes a migration', async ({ playground, page }) => {
  await playground.open();
  await playground.paste('create table public.pasted (id bigint primary key);');
  await expect(playground.file('_pasted.sql')).toHaveAttribute('aria-current', 'true');
  await expect(playground.problem('rls/enabled-on-create')).toContainText('pasted');
  await page.evaluate(() => navigator.clipboard.writeText('select 1; -- by the button'));
  await page.getByRole('button', { name: 'Paste SQL as a migration' }).click();
  await expect(playground.text).toHaveText('select 1; -- by the button');
});

test('migrations are reordered by key, by button and by dragging, and their versions follow', async ({ playground, page }) => {
  await playground.open();
  const names = () => page.locator('file-list button.file').evaluateAll((files) => files.map((file) => (file as HTMLElement).dataset['path']));
  const before = await names();
  await playground.file('create_organizations.sql').click();
  const at = before.findIndex((name) => name?.includes('create_organizations'));
  await playground.file('create_organizations.sql').press('Alt+ArrowUp');
  await expect(page.locator('.notice')).toContainText('It is now');
  await expect.poll(async () => (await names())[at - 1]).toMatch(/^\d{14}_create_organizations\.sql$/);
  // What builds on it is no longer there before it.
  await expect(playground.verdict).toContainText('error');
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect.poll(names).toEqual(before);
  await expect(playground.verdict).not.toContainText('error');

  await page.getByRole('button', { name: /^Move .* down$/ }).click();
  await expect.poll(async () => (await names())[at + 1]).toMatch(/_create_organizations\.sql$/);
  await page.getByRole('button', { name: 'Undo' }).click();
  await playground.file('create_foundation.sql').dragTo(playground.file('create_user_roles.sql'));
  await expect.poll(async () => (await names())[3]).toMatch(/_create_foundation\.sql$/);
});
