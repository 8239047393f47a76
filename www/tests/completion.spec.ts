import { expect, test } from './page';

test('completion knows what the migrations made, by the place of the cursor', async ({ playground, page }, testInfo) => {
  await playground.open();
  const options = page.locator('.cm-tooltip-autocomplete li');
  const first = options.first();
  await playground.newMigration('select p. from public.profiles p');
  for (let step = 0; step < ' from public.profiles p'.length; step++) await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('Control+Space');
  await expect(options).toContainText([/username/]);
  await expect(options.filter({ hasText: 'organization_id' })).toHaveCount(0);
  await page.screenshot({ path: testInfo.outputPath('completion.png') });
  await page.keyboard.type('usern');
  await expect(first).toContainText('username');
  await page.keyboard.press('Enter');
  await expect(playground.text).toContainText('select p.username from');

  const completes = async (typed: string, expected: RegExp): Promise<void> => {
    await page.keyboard.press('Escape');
    await page.keyboard.press('Control+a');
    await page.keyboard.type(typed);
    await page.keyboard.press('Control+Space');
    await expect(options, typed).toContainText([expected]);
  };
  await completes('select 1 from organiz', /organizations/);
  await completes('grant select on public.profiles to auth', /authenticated/);
  await completes('select private.set', /set_updated_at/);
  await completes('alter table public.projects alter column status type project_st', /project_status/);
  await completes('create table public.x (o uuid references public.organiz', /organizations/);
  await completes('select auth.', /users/);
});
