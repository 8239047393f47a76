-- Migration: Create user settings
-- Date: 2024-01-15
-- Description: One row of interface and notification settings for each user

create table public.user_settings (
  user_id uuid primary key references auth.users (id) on delete cascade,
  locale text not null default 'en',
  time_zone text not null default 'UTC',
  theme text not null default 'system',
  email_notifications boolean not null default true,
  default_organization_id uuid references public.organizations (id) on delete set null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint user_settings_theme_check check (theme in ('system', 'light', 'dark'))
);

comment on table public.user_settings is 'Settings with a fixed shape; free-form ones are in user_preferences';

create index user_settings_default_organization_id_idx on public.user_settings (default_organization_id);

alter table public.user_settings enable row level security;

create policy user_settings_select_own on public.user_settings
  for select to authenticated
  using (user_id = (select auth.uid()));

create policy user_settings_insert_own on public.user_settings
  for insert to authenticated
  with check (user_id = (select auth.uid()));

create policy user_settings_update_own on public.user_settings
  for update to authenticated
  using (user_id = (select auth.uid()))
  with check (user_id = (select auth.uid()));

create policy user_settings_delete_own on public.user_settings
  for delete to authenticated
  using (user_id = (select auth.uid()));

create trigger user_settings_set_updated_at
  before update on public.user_settings
  for each row execute function private.set_updated_at();
