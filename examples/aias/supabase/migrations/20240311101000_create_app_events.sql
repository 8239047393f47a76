-- Migration: Create app events
-- Date: 2024-03-11
-- Description: Product analytics: what users do in the application

create table public.app_events (
  id bigint generated always as identity primary key,
  organization_id uuid not null references public.organizations (id) on delete cascade,
  actor_id uuid default auth.uid() references public.profiles (id) on delete set null,
  session_id uuid,
  name text not null,
  properties jsonb not null default '{}',
  occurred_at timestamptz not null default now(),
  constraint app_events_name_format check (name ~ '^[a-z]+(\.[a-z_]+)+$')
);

comment on table public.app_events is 'Append-only; one row for each event, for example project.created';

create index app_events_organization_id_idx on public.app_events (organization_id, occurred_at desc);
create index app_events_actor_id_idx on public.app_events (actor_id);
create index app_events_occurred_at_idx on public.app_events using brin (occurred_at);
create index app_events_properties_idx on public.app_events using gin (properties jsonb_path_ops);

alter table public.app_events enable row level security;

create policy app_events_select_admin on public.app_events
  for select to authenticated
  using (private.has_tenant_role(organization_id, 'admin'));

create policy app_events_insert_own on public.app_events
  for insert to authenticated
  with check (actor_id = (select auth.uid()) and private.is_tenant_member(organization_id));

create policy app_events_update_denied on public.app_events
  for update to authenticated
  using (false)
  with check (false);

create policy app_events_delete_denied on public.app_events
  for delete to authenticated
  using (false);
