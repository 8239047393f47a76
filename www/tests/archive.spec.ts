import { strToU8, zipSync } from 'fflate';
import { expect, test, type Playground } from './page';

async function give({ page }: Playground, name: string, content: Uint8Array): Promise<void> {
  await page.locator('file-list #files').setInputFiles({ name, mimeType: 'application/zip', buffer: Buffer.from(content) });
}

test('a zip of a project opens with its pgdry.toml; what is no migration stays packed', async ({ playground, page }) => {
  await playground.open();
  const zip = zipSync({
    'shop/supabase/migrations/20250101000000_shops.sql': strToU8('create table public.shops (id bigint primary key);\r\n'),
    'shop/supabase/migrations/20250102000000_more.sql': strToU8('select 1;'),
    'shop/supabase/seed.sql': strToU8('select 2;'),
    'shop/node_modules/x/y.sql': strToU8('select 3;'),
    'shop/pgdry.toml': strToU8('[rules]\n"rls/enabled-on-create" = "info"\n'),
    'shop/large.bin': new Uint8Array(80 * 1024 * 1024),
  });
  await give(playground, 'shop.zip', zip);
  await expect(page.locator('file-list button.file')).toHaveCount(2);
  await expect(page.getByLabel('Project', { exact: true })).toContainText('shop');
  await expect(playground.problem('rls/enabled-on-create').locator('.info')).toBeVisible();
});

test('a zip bomb, a broken zip, and what is none are refused', async ({ playground, page }) => {
  await playground.open();
  const notice = page.locator('.notice');
  await give(playground, 'bomb.zip', zipSync({ 'bomb.sql': new Uint8Array(70 * 1024 * 1024).fill(0x20) }));
  await expect(notice).toContainText('unpacks to more than 64 MB');
  const whole = zipSync({ 'a.sql': strToU8('select 1;'.repeat(1000)) }, { level: 0 });
  await give(playground, 'none.zip', strToU8('no archive'));
  await expect(notice).toContainText('it is no zip archive');
  await give(playground, 'cut.zip', whole.subarray(0, 300));
  await expect(notice).toContainText('This cannot be read: invalid zip data');
  await expect(page.locator('file-list button.file')).toHaveCount(30);
});
