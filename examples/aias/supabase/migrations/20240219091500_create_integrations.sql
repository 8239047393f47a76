-- Migration: Create integrations
-- Date: 2024-02-19
-- Description: Connections of an organization to third-party services

create type public.integration_provider as enum ('slack', 'github', 'google_drive', 'shopify', 'zapier');

create table public.integrations (
  id uuid primary key default gen_random_uuid(),
  organization_id uuid not null references public.organizations (id) on delete cascade,
  provider public.integration_provider not null,
  display_name text not null,
  external_account_id text not null,
  scopes text[] not null default '{}',
  vault_secret_id uuid,
  legacy_webhook_url text,
  last_synced_at timestamptz,
  connected_by uuid default auth.uid() references public.profiles (id) on delete set null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint integrations_account_key unique (organization_id, provider, external_account_id)
);

comment on table public.integrations is 'A third-party account that workflows may use';
comment on column public.integrations.vault_secret_id is 'Where in the vault the credentials are; they are never stored here';

create index integrations_connected_by_idx on public.integrations (connected_by);

alter table public.integrations enable row level security;

create policy integrations_select_member on public.integrations
  for select to authenticated
  using (private.is_tenant_member(organization_id));

create policy integrations_insert_admin on public.integrations
  for insert to authenticated
  with check (private.has_tenant_role(organization_id, 'admin'));

create policy integrations_update_admin on public.integrations
  for update to authenticated
  using (private.has_tenant_role(organization_id, 'admin'))
  with check (private.has_tenant_role(organization_id, 'admin'));

create policy integrations_delete_admin on public.integrations
  for delete to authenticated
  using (private.has_tenant_role(organization_id, 'admin'));

create trigger integrations_set_updated_at
  before update on public.integrations
  for each row execute function private.set_updated_at();

create function private.notify_legacy_webhook()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  perform pg_catalog.pg_notify('legacy_webhook', new.legacy_webhook_url);
  return null;
end;
$$;

create trigger integrations_notify_legacy_webhook
  after update on public.integrations
  for each row when (new.legacy_webhook_url is not null)
  execute function private.notify_legacy_webhook();
