-- Migration: Create projects
-- Date: 2024-01-29
-- Description: Projects group the workflows and agents of an organization

create type public.project_status as enum ('active', 'on_hold', 'archived');

create table public.projects (
  id uuid primary key default gen_random_uuid(),
  organization_id uuid not null references public.organizations (id) on delete cascade,
  name text not null,
  description text,
  status public.project_status not null default 'active',
  created_by uuid default auth.uid() references public.profiles (id) on delete set null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  -- The target of foreign keys that must not cross tenants.
  constraint projects_id_organization_id_key unique (id, organization_id),
  constraint projects_name_length check (char_length(name) between 1 and 120)
);

comment on table public.projects is 'A group of workflows and agents';

create index projects_organization_id_idx on public.projects (organization_id);
create index projects_created_by_idx on public.projects (created_by);
create index projects_name_trgm_idx on public.projects using gin (name extensions.gin_trgm_ops);

alter table public.projects enable row level security;

create policy projects_select_member on public.projects
  for select to authenticated
  using (private.is_tenant_member(organization_id));

create policy projects_insert_member on public.projects
  for insert to authenticated
  with check (private.has_tenant_role(organization_id, 'member'));

create policy projects_update_member on public.projects
  for update to authenticated
  using (private.has_tenant_role(organization_id, 'member'))
  with check (private.has_tenant_role(organization_id, 'member'));

create policy projects_delete_admin on public.projects
  for delete to authenticated
  using (private.has_tenant_role(organization_id, 'admin'));

create trigger projects_set_updated_at
  before update on public.projects
  for each row execute function private.set_updated_at();
