-- Migration: Master consolidated schema
-- Date: 2025-01-31
-- Description: The whole schema in one file, for a new environment. It changes nothing where the other migrations have run
-- Rollback: none; nothing is dropped

-- ============================================================================
-- Foundation
-- ============================================================================

create extension if not exists "uuid-ossp" with schema extensions;
create extension if not exists pgcrypto with schema extensions;
create extension if not exists pg_trgm with schema extensions;
create extension if not exists vector with schema extensions;

-- Not in [api].schemas: what policies and triggers call must not be callable through the Data API.
create schema if not exists private;

comment on schema private is 'Helper functions and internal tables; not served by the Data API';

revoke all on schema private from public;

grant usage on schema private to authenticated, service_role;

-- Supabase grants everything on new tables to anon and lets PUBLIC execute new functions. Here both are opened one by one.
alter default privileges for role postgres in schema public revoke all on tables from anon;
alter default privileges for role postgres in schema public revoke all on sequences from anon;
alter default privileges for role postgres in schema public revoke execute on functions from anon;
alter default privileges for role postgres in schema public revoke truncate, references, trigger on tables from authenticated;
alter default privileges for role postgres revoke execute on functions from public;

create or replace function private.set_updated_at()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  new.updated_at := pg_catalog.now();
  return new;
end;
$$;

comment on function private.set_updated_at() is 'Trigger: keeps updated_at current';

-- ============================================================================
-- Profiles
-- ============================================================================

create table if not exists public.profiles (
  id uuid primary key references auth.users (id) on delete cascade,
  username text unique,
  full_name text,
  avatar_url text,
  bio text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint profiles_username_format check (username ~ '^[a-z0-9_]{3,32}$')
);

comment on table public.profiles is 'What other users may know about a user';

alter table public.profiles
  add column if not exists marketing_consent boolean not null default false,
  add column if not exists consent_updated_at timestamptz;

alter table public.profiles enable row level security;

do $$
begin
  if not exists (
    select 1 from pg_policies where schemaname = 'public' and tablename = 'profiles' and policyname = 'profiles_select_own'
  ) then
    create policy profiles_select_own on public.profiles
      for select to authenticated
      using (id = (select auth.uid()));
  end if;

  if not exists (
    select 1 from pg_policies where schemaname = 'public' and tablename = 'profiles' and policyname = 'profiles_insert_own'
  ) then
    create policy profiles_insert_own on public.profiles
      for insert to authenticated
      with check (id = (select auth.uid()));
  end if;

  if not exists (
    select 1 from pg_policies where schemaname = 'public' and tablename = 'profiles' and policyname = 'profiles_update_own'
  ) then
    create policy profiles_update_own on public.profiles
      for update to authenticated
      using (id = (select auth.uid()))
      with check (id = (select auth.uid()));
  end if;

  if not exists (
    select 1 from pg_policies where schemaname = 'public' and tablename = 'profiles' and policyname = 'profiles_delete_own'
  ) then
    create policy profiles_delete_own on public.profiles
      for delete to authenticated
      using (id = (select auth.uid()));
  end if;
end $$;

create or replace function private.handle_new_user()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  insert into public.profiles (id, full_name, avatar_url)
  values (new.id, new.raw_user_meta_data ->> 'full_name', new.raw_user_meta_data ->> 'avatar_url')
  on conflict (id) do nothing;
  return new;
end;
$$;

do $$
begin
  if not exists (select 1 from pg_trigger where tgname = 'on_auth_user_created' and tgrelid = 'auth.users'::regclass) then
    create trigger on_auth_user_created
      after insert on auth.users
      for each row execute function private.handle_new_user();
  end if;
end $$;

-- ============================================================================
-- Organizations and their members
-- ============================================================================

do $$
begin
  create type public.tenant_role as enum ('viewer', 'member', 'admin', 'owner');
exception
  when duplicate_object then null;
end $$;

create table if not exists public.organizations (
  id uuid primary key default extensions.uuid_generate_v4(),
  name text not null,
  slug text not null,
  created_by uuid default auth.uid() references public.profiles (id) on delete set null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint organizations_slug_key unique (slug),
  constraint organizations_slug_format check (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$')
);

comment on table public.organizations is 'A tenant: all business data belongs to exactly one';

create index if not exists organizations_created_by_idx on public.organizations (created_by);

create table if not exists public.tenant_members (
  organization_id uuid not null references public.organizations (id) on delete cascade,
  user_id uuid not null references public.profiles (id) on delete cascade,
  role public.tenant_role not null default 'member',
  invited_by uuid references public.profiles (id) on delete set null,
  joined_at timestamptz not null default now(),
  primary key (organization_id, user_id)
);

comment on table public.tenant_members is 'Who belongs to which organization, and as what';

create index if not exists tenant_members_user_id_idx on public.tenant_members (user_id);
create index if not exists tenant_members_invited_by_idx on public.tenant_members (invited_by);

-- Security definer: the policies on tenant_members call these, and must not call themselves through them.
create or replace function private.is_tenant_member(target_organization_id uuid)
returns boolean
language sql
stable
security definer
set search_path = ''
as $$
  select exists (
    select 1
    from public.tenant_members m
    where m.organization_id = target_organization_id
      and m.user_id = (select auth.uid())
  );
$$;

create or replace function private.has_tenant_role(target_organization_id uuid, minimum_role public.tenant_role)
returns boolean
language sql
stable
security definer
set search_path = ''
as $$
  select exists (
    select 1
    from public.tenant_members m
    where m.organization_id = target_organization_id
      and m.user_id = (select auth.uid())
      and m.role >= minimum_role
  );
$$;

comment on function private.has_tenant_role(uuid, public.tenant_role) is 'True when the user has this role in the organization, or a higher one';

grant execute on function private.is_tenant_member(uuid) to authenticated, service_role;
grant execute on function private.has_tenant_role(uuid, public.tenant_role) to authenticated, service_role;

alter table public.organizations enable row level security;
alter table public.tenant_members enable row level security;

do $$
begin
  if not exists (
    select 1 from pg_policies where schemaname = 'public' and tablename = 'organizations' and policyname = 'organizations_select_member'
  ) then
    create policy organizations_select_member on public.organizations
      for select to authenticated
      using (created_by = (select auth.uid()) or private.is_tenant_member(id));
  end if;

  if not exists (
    select 1 from pg_policies where schemaname = 'public' and tablename = 'organizations' and policyname = 'organizations_insert_own'
  ) then
    create policy organizations_insert_own on public.organizations
      for insert to authenticated
      with check (created_by = (select auth.uid()));
  end if;

  if not exists (
    select 1 from pg_policies where schemaname = 'public' and tablename = 'organizations' and policyname = 'organizations_update_admin'
  ) then
    create policy organizations_update_admin on public.organizations
      for update to authenticated
      using (private.has_tenant_role(id, 'admin'))
      with check (private.has_tenant_role(id, 'admin'));
  end if;

  if not exists (
    select 1 from pg_policies where schemaname = 'public' and tablename = 'organizations' and policyname = 'organizations_delete_owner'
  ) then
    create policy organizations_delete_owner on public.organizations
      for delete to authenticated
      using (private.has_tenant_role(id, 'owner'));
  end if;
end $$;

do $$
begin
  if not exists (
    select 1 from pg_policies where schemaname = 'public' and tablename = 'tenant_members' and policyname = 'tenant_members_select_member'
  ) then
    create policy tenant_members_select_member on public.tenant_members
      for select to authenticated
      using (private.is_tenant_member(organization_id));
  end if;

  if not exists (
    select 1 from pg_policies where schemaname = 'public' and tablename = 'tenant_members' and policyname = 'tenant_members_insert_admin'
  ) then
    create policy tenant_members_insert_admin on public.tenant_members
      for insert to authenticated
      with check (private.has_tenant_role(organization_id, 'admin'));
  end if;

  if not exists (
    select 1 from pg_policies where schemaname = 'public' and tablename = 'tenant_members' and policyname = 'tenant_members_update_admin'
  ) then
    create policy tenant_members_update_admin on public.tenant_members
      for update to authenticated
      using (private.has_tenant_role(organization_id, 'admin'))
      with check (private.has_tenant_role(organization_id, 'admin'));
  end if;

  -- Whoever is a member may leave.
  if not exists (
    select 1 from pg_policies where schemaname = 'public' and tablename = 'tenant_members' and policyname = 'tenant_members_delete_self_or_admin'
  ) then
    create policy tenant_members_delete_self_or_admin on public.tenant_members
      for delete to authenticated
      using (
        private.is_tenant_member(organization_id)
        and (user_id = (select auth.uid()) or private.has_tenant_role(organization_id, 'admin'))
      );
  end if;
end $$;

create or replace function private.add_organization_owner()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  if new.created_by is not null then
    insert into public.tenant_members (organization_id, user_id, role)
    values (new.id, new.created_by, 'owner');
  end if;
  return null;
end;
$$;

create or replace trigger organizations_add_owner
  after insert on public.organizations
  for each row execute function private.add_organization_owner();

-- ============================================================================
-- User roles
-- ============================================================================

do $$
begin
  create type public.app_role as enum ('user', 'support', 'moderator', 'admin');
exception
  when duplicate_object then null;
end $$;

create table if not exists public.user_roles (
  user_id uuid not null references public.profiles (id) on delete cascade,
  role public.app_role not null,
  granted_by uuid references public.profiles (id) on delete set null,
  granted_at timestamptz not null default now(),
  primary key (user_id, role)
);

comment on table public.user_roles is 'Platform-wide roles; most users have none';

create index if not exists user_roles_granted_by_idx on public.user_roles (granted_by);

create or replace function private.has_app_role(wanted public.app_role)
returns boolean
language sql
stable
security definer
set search_path = ''
as $$
  select exists (
    select 1 from public.user_roles r where r.user_id = (select auth.uid()) and r.role = wanted
  );
$$;

create or replace function private.is_admin()
returns boolean
language sql
stable
security definer
set search_path = ''
as $$
  select private.has_app_role('admin');
$$;

grant execute on function private.has_app_role(public.app_role) to authenticated, service_role;
grant execute on function private.is_admin() to authenticated, service_role;

alter table public.user_roles enable row level security;

do $$
begin
  if not exists (
    select 1 from pg_policies where schemaname = 'public' and tablename = 'user_roles' and policyname = 'user_roles_select_own_or_admin'
  ) then
    create policy user_roles_select_own_or_admin on public.user_roles
      for select to authenticated
      using (user_id = (select auth.uid()) or (select private.is_admin()));
  end if;

  if not exists (
    select 1 from pg_policies where schemaname = 'public' and tablename = 'user_roles' and policyname = 'user_roles_insert_admin'
  ) then
    create policy user_roles_insert_admin on public.user_roles
      for insert to authenticated
      with check ((select private.is_admin()));
  end if;

  if not exists (
    select 1 from pg_policies where schemaname = 'public' and tablename = 'user_roles' and policyname = 'user_roles_update_admin'
  ) then
    create policy user_roles_update_admin on public.user_roles
      for update to authenticated
      using ((select private.is_admin()))
      with check ((select private.is_admin()));
  end if;

  if not exists (
    select 1 from pg_policies where schemaname = 'public' and tablename = 'user_roles' and policyname = 'user_roles_delete_admin'
  ) then
    create policy user_roles_delete_admin on public.user_roles
      for delete to authenticated
      using ((select private.is_admin()));
  end if;
end $$;

-- ============================================================================
-- User settings
-- ============================================================================

create table if not exists public.user_settings (
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

create index if not exists user_settings_default_organization_id_idx on public.user_settings (default_organization_id);

alter table public.user_settings enable row level security;

do $$
begin
  if not exists (
    select 1 from pg_policies where schemaname = 'public' and tablename = 'user_settings' and policyname = 'user_settings_select_own'
  ) then
    create policy user_settings_select_own on public.user_settings
      for select to authenticated
      using (user_id = (select auth.uid()));
  end if;

  if not exists (
    select 1 from pg_policies where schemaname = 'public' and tablename = 'user_settings' and policyname = 'user_settings_insert_own'
  ) then
    create policy user_settings_insert_own on public.user_settings
      for insert to authenticated
      with check (user_id = (select auth.uid()));
  end if;

  if not exists (
    select 1 from pg_policies where schemaname = 'public' and tablename = 'user_settings' and policyname = 'user_settings_update_own'
  ) then
    create policy user_settings_update_own on public.user_settings
      for update to authenticated
      using (user_id = (select auth.uid()))
      with check (user_id = (select auth.uid()));
  end if;

  if not exists (
    select 1 from pg_policies where schemaname = 'public' and tablename = 'user_settings' and policyname = 'user_settings_delete_own'
  ) then
    create policy user_settings_delete_own on public.user_settings
      for delete to authenticated
      using (user_id = (select auth.uid()));
  end if;
end $$;

-- ============================================================================
-- Subscriptions
-- ============================================================================

do $$
begin
  create type public.subscription_status as enum (
    'trialing', 'active', 'past_due', 'canceled', 'unpaid', 'incomplete'
  );
exception
  when duplicate_object then null;
end $$;

create table if not exists public.subscriptions (
  id uuid primary key default gen_random_uuid(),
  organization_id uuid not null references public.organizations (id) on delete cascade,
  stripe_customer_id text not null,
  stripe_subscription_id text not null unique,
  price_id text not null,
  seats bigint not null default 1,
  status public.subscription_status not null default 'incomplete',
  cancel_at_period_end boolean not null default false,
  current_period_start timestamptz,
  current_period_end timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint subscriptions_seats_check check (seats > 0)
);

comment on table public.subscriptions is 'Mirror of Stripe; written by the billing webhook';
comment on column public.subscriptions.price_id is 'Stripe price, for example price_1OaB2c';

create index if not exists subscriptions_organization_id_idx on public.subscriptions (organization_id);

-- At most one running subscription for each organization.
create unique index if not exists subscriptions_one_active_idx on public.subscriptions (organization_id)
  where status in ('trialing', 'active', 'past_due');

alter table public.subscriptions enable row level security;

do $$
begin
  if not exists (
    select 1 from pg_policies where schemaname = 'public' and tablename = 'subscriptions' and policyname = 'subscriptions_select_member'
  ) then
    create policy subscriptions_select_member on public.subscriptions
      for select to authenticated
      using (private.is_tenant_member(organization_id));
  end if;

  -- Spelled out, so that nobody takes the absence of a policy for an oversight.
  if not exists (
    select 1 from pg_policies where schemaname = 'public' and tablename = 'subscriptions' and policyname = 'subscriptions_insert_denied'
  ) then
    create policy subscriptions_insert_denied on public.subscriptions
      for insert to authenticated
      with check (false);
  end if;

  if not exists (
    select 1 from pg_policies where schemaname = 'public' and tablename = 'subscriptions' and policyname = 'subscriptions_update_denied'
  ) then
    create policy subscriptions_update_denied on public.subscriptions
      for update to authenticated
      using (false)
      with check (false);
  end if;

  if not exists (
    select 1 from pg_policies where schemaname = 'public' and tablename = 'subscriptions' and policyname = 'subscriptions_delete_denied'
  ) then
    create policy subscriptions_delete_denied on public.subscriptions
      for delete to authenticated
      using (false);
  end if;
end $$;

create table if not exists public.stripe_events (
  id text primary key,
  type text not null,
  payload jsonb not null,
  received_at timestamptz not null default now(),
  processed_at timestamptz
);

comment on table public.stripe_events is 'Webhook deliveries; the primary key keeps one from being processed twice';

create index if not exists stripe_events_unprocessed_idx on public.stripe_events (received_at) where processed_at is null;

alter table public.stripe_events enable row level security;

-- ============================================================================
-- Projects
-- ============================================================================

do $$
begin
  create type public.project_status as enum ('active', 'on_hold', 'archived');
exception
  when duplicate_object then null;
end $$;

create table if not exists public.projects (
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

alter table public.projects add column if not exists slug text not null;
create unique index if not exists projects_organization_slug_key on public.projects (organization_id, slug);

create index if not exists projects_created_by_idx on public.projects (created_by);
create index if not exists projects_name_search_idx on public.projects using gin (name extensions.gin_trgm_ops);

alter table public.projects enable row level security;

do $$
begin
  if not exists (
    select 1 from pg_policies where schemaname = 'public' and tablename = 'projects' and policyname = 'projects_select_member'
  ) then
    create policy projects_select_member on public.projects
      for select to authenticated
      using (private.is_tenant_member(organization_id));
  end if;

  if not exists (
    select 1 from pg_policies where schemaname = 'public' and tablename = 'projects' and policyname = 'projects_insert_member'
  ) then
    create policy projects_insert_member on public.projects
      for insert to authenticated
      with check (private.has_tenant_role(organization_id, 'member'));
  end if;

  if not exists (
    select 1 from pg_policies where schemaname = 'public' and tablename = 'projects' and policyname = 'projects_update_member'
  ) then
    create policy projects_update_member on public.projects
      for update to authenticated
      using (private.has_tenant_role(organization_id, 'member'))
      with check (private.has_tenant_role(organization_id, 'member'));
  end if;

  if not exists (
    select 1 from pg_policies where schemaname = 'public' and tablename = 'projects' and policyname = 'projects_delete_admin'
  ) then
    create policy projects_delete_admin on public.projects
      for delete to authenticated
      using (private.has_tenant_role(organization_id, 'admin'));
  end if;
end $$;

-- ============================================================================
-- Workflows
-- ============================================================================

do $$
begin
  create type public.workflow_status as enum ('draft', 'active', 'paused', 'archived');
exception
  when duplicate_object then null;
end $$;

do $$
begin
  create type public.run_status as enum ('queued', 'running', 'succeeded', 'failed', 'canceled');
exception
  when duplicate_object then null;
end $$;

create table if not exists public.workflows (
  id uuid primary key default gen_random_uuid(),
  organization_id uuid not null,
  project_id uuid not null,
  name text not null,
  definition jsonb not null default '{"steps": []}',
  status public.workflow_status not null default 'draft',
  schedule text,
  version bigint not null default 1,
  created_by uuid default auth.uid() references public.profiles (id) on delete set null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint workflows_project_fkey foreign key (project_id, organization_id)
    references public.projects (id, organization_id) on delete cascade,
  constraint workflows_id_organization_id_key unique (id, organization_id),
  constraint workflows_definition_check check (jsonb_typeof(definition) = 'object')
);

comment on table public.workflows is 'An automation: a graph of steps that runs on a schedule or on demand';
comment on column public.workflows.schedule is 'Cron expression in UTC; null runs on demand only';

create index if not exists workflows_project_id_idx on public.workflows (project_id, organization_id);
create index if not exists workflows_organization_id_idx on public.workflows (organization_id);
create index if not exists workflows_created_by_idx on public.workflows (created_by);

create table if not exists public.workflow_runs (
  id bigint generated always as identity primary key,
  organization_id uuid not null,
  workflow_id uuid not null,
  status public.run_status not null default 'queued',
  triggered_by uuid references public.profiles (id) on delete set null,
  input jsonb,
  output jsonb,
  error_message text,
  started_at timestamptz,
  finished_at timestamptz,
  duration interval generated always as (finished_at - started_at) stored,
  created_at timestamptz not null default now(),
  constraint workflow_runs_workflow_fkey foreign key (workflow_id, organization_id)
    references public.workflows (id, organization_id) on delete cascade,
  constraint workflow_runs_times_check check (finished_at >= started_at)
);

comment on table public.workflow_runs is 'One execution of a workflow';

create index if not exists workflow_runs_workflow_id_idx on public.workflow_runs (workflow_id, organization_id);
create index if not exists workflow_runs_organization_id_idx on public.workflow_runs (organization_id, created_at desc);
create index if not exists workflow_runs_triggered_by_idx on public.workflow_runs (triggered_by);
create index if not exists workflow_runs_pending_idx on public.workflow_runs (created_at) where status in ('queued', 'running');

alter table public.workflows enable row level security;
alter table public.workflow_runs enable row level security;

do $$
begin
  if not exists (
    select 1 from pg_policies where schemaname = 'public' and tablename = 'workflows' and policyname = 'workflows_select_member'
  ) then
    create policy workflows_select_member on public.workflows
      for select to authenticated
      using (private.is_tenant_member(organization_id));
  end if;

  if not exists (
    select 1 from pg_policies where schemaname = 'public' and tablename = 'workflows' and policyname = 'workflows_insert_member'
  ) then
    create policy workflows_insert_member on public.workflows
      for insert to authenticated
      with check (private.has_tenant_role(organization_id, 'member'));
  end if;

  if not exists (
    select 1 from pg_policies where schemaname = 'public' and tablename = 'workflows' and policyname = 'workflows_update_member'
  ) then
    create policy workflows_update_member on public.workflows
      for update to authenticated
      using (private.has_tenant_role(organization_id, 'member'))
      with check (private.has_tenant_role(organization_id, 'member'));
  end if;

  if not exists (
    select 1 from pg_policies where schemaname = 'public' and tablename = 'workflows' and policyname = 'workflows_delete_admin'
  ) then
    create policy workflows_delete_admin on public.workflows
      for delete to authenticated
      using (private.has_tenant_role(organization_id, 'admin'));
  end if;
end $$;

do $$
begin
  if not exists (
    select 1 from pg_policies where schemaname = 'public' and tablename = 'workflow_runs' and policyname = 'workflow_runs_select_member'
  ) then
    create policy workflow_runs_select_member on public.workflow_runs
      for select to authenticated
      using (private.is_tenant_member(organization_id));
  end if;

  if not exists (
    select 1 from pg_policies where schemaname = 'public' and tablename = 'workflow_runs' and policyname = 'workflow_runs_insert_member'
  ) then
    create policy workflow_runs_insert_member on public.workflow_runs
      for insert to authenticated
      with check (
        private.has_tenant_role(organization_id, 'member')
        and triggered_by = (select auth.uid())
        and status = 'queued'
      );
  end if;

  -- The runner (service role) reports progress; a member can only cancel.
  if not exists (
    select 1 from pg_policies where schemaname = 'public' and tablename = 'workflow_runs' and policyname = 'workflow_runs_update_cancel'
  ) then
    create policy workflow_runs_update_cancel on public.workflow_runs
      for update to authenticated
      using (private.has_tenant_role(organization_id, 'member') and status in ('queued', 'running'))
      with check (private.has_tenant_role(organization_id, 'member') and status = 'canceled');
  end if;

  if not exists (
    select 1 from pg_policies where schemaname = 'public' and tablename = 'workflow_runs' and policyname = 'workflow_runs_delete_admin'
  ) then
    create policy workflow_runs_delete_admin on public.workflow_runs
      for delete to authenticated
      using (private.has_tenant_role(organization_id, 'admin'));
  end if;
end $$;

-- Clients follow the progress of runs. Realtime needs the old row to check its policies on updates and deletes.
do $$
begin
  if not exists (
    select 1 from pg_publication_tables
    where pubname = 'supabase_realtime' and schemaname = 'public' and tablename = 'workflow_runs'
  ) then
    alter publication supabase_realtime add table public.workflow_runs;
  end if;
end $$;

alter table public.workflow_runs replica identity full;

create or replace function private.bump_workflow_version()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  if new.definition is distinct from old.definition then
    new.version := old.version + 1;
  end if;
  return new;
end;
$$;

create or replace trigger workflows_bump_version
  before update of definition on public.workflows
  for each row execute function private.bump_workflow_version();

-- ============================================================================
-- Agents
-- ============================================================================

do $$
begin
  create type public.token_usage as (
    input_tokens bigint,
    output_tokens bigint,
    cached_tokens bigint
  );
exception
  when duplicate_object then null;
end $$;

create table if not exists public.agents (
  id uuid primary key default gen_random_uuid(),
  organization_id uuid not null references public.organizations (id) on delete cascade,
  project_id uuid,
  name text not null,
  model text not null default 'gpt-4',
  system_prompt text not null,
  temperature numeric(3, 2) not null default 0.70,
  tools text[] not null default '{}',
  config jsonb not null default '{}',
  total_usage public.token_usage,
  is_enabled boolean not null default true,
  created_by uuid default auth.uid() references public.profiles (id) on delete set null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint agents_project_fkey foreign key (project_id, organization_id)
    references public.projects (id, organization_id) on delete set null (project_id),
  constraint agents_id_organization_id_key unique (id, organization_id),
  constraint agents_system_prompt_length check (char_length(system_prompt) <= 20000),
  constraint agents_temperature_check check (temperature between 0 and 2)
);

comment on table public.agents is 'An AI agent and how it is set up';
comment on column public.agents.system_prompt is 'Given to the model before every conversation';
comment on type public.token_usage is 'What a model call consumed';

create index if not exists agents_organization_id_idx on public.agents (organization_id);
create index if not exists agents_project_id_idx on public.agents (project_id, organization_id);
create index if not exists agents_created_by_idx on public.agents (created_by);

create table if not exists public.agent_memories (
  id uuid primary key default gen_random_uuid(),
  organization_id uuid not null,
  agent_id uuid not null,
  content text not null,
  embedding extensions.vector(1536),
  metadata jsonb not null default '{}',
  created_at timestamptz not null default now(),
  constraint agent_memories_agent_fkey foreign key (agent_id, organization_id)
    references public.agents (id, organization_id) on delete cascade
);

comment on table public.agent_memories is 'What an agent remembers, searchable by meaning';

create index if not exists agent_memories_agent_id_idx on public.agent_memories (agent_id, organization_id);
create index if not exists agent_memories_organization_id_idx on public.agent_memories (organization_id);

create index if not exists agent_memories_embedding_idx on public.agent_memories
  using hnsw (embedding extensions.vector_cosine_ops) with (m = 16, ef_construction = 64);

alter table public.agents enable row level security;
alter table public.agent_memories enable row level security;

do $$
begin
  if not exists (
    select 1 from pg_policies where schemaname = 'public' and tablename = 'agents' and policyname = 'agents_select_member'
  ) then
    create policy agents_select_member on public.agents
      for select to authenticated
      using (private.is_tenant_member(organization_id));
  end if;

  if not exists (
    select 1 from pg_policies where schemaname = 'public' and tablename = 'agents' and policyname = 'agents_insert_member'
  ) then
    create policy agents_insert_member on public.agents
      for insert to authenticated
      with check (private.has_tenant_role(organization_id, 'member'));
  end if;

  if not exists (
    select 1 from pg_policies where schemaname = 'public' and tablename = 'agents' and policyname = 'agents_update_member'
  ) then
    create policy agents_update_member on public.agents
      for update to authenticated
      using (private.has_tenant_role(organization_id, 'member'))
      with check (private.has_tenant_role(organization_id, 'member'));
  end if;

  if not exists (
    select 1 from pg_policies where schemaname = 'public' and tablename = 'agents' and policyname = 'agents_delete_admin'
  ) then
    create policy agents_delete_admin on public.agents
      for delete to authenticated
      using (private.has_tenant_role(organization_id, 'admin'));
  end if;
end $$;

do $$
begin
  if not exists (
    select 1 from pg_policies where schemaname = 'public' and tablename = 'agent_memories' and policyname = 'agent_memories_select_member'
  ) then
    create policy agent_memories_select_member on public.agent_memories
      for select to authenticated
      using (private.is_tenant_member(organization_id));
  end if;

  if not exists (
    select 1 from pg_policies where schemaname = 'public' and tablename = 'agent_memories' and policyname = 'agent_memories_insert_member'
  ) then
    create policy agent_memories_insert_member on public.agent_memories
      for insert to authenticated
      with check (private.has_tenant_role(organization_id, 'member'));
  end if;

  if not exists (
    select 1 from pg_policies where schemaname = 'public' and tablename = 'agent_memories' and policyname = 'agent_memories_update_member'
  ) then
    create policy agent_memories_update_member on public.agent_memories
      for update to authenticated
      using (private.has_tenant_role(organization_id, 'member'))
      with check (private.has_tenant_role(organization_id, 'member'));
  end if;

  if not exists (
    select 1 from pg_policies where schemaname = 'public' and tablename = 'agent_memories' and policyname = 'agent_memories_delete_member'
  ) then
    create policy agent_memories_delete_member on public.agent_memories
      for delete to authenticated
      using (private.has_tenant_role(organization_id, 'member'));
  end if;
end $$;

-- Security invoker: the policies of agent_memories apply to whoever calls it.
create or replace function public.match_agent_memories(
  target_agent_id uuid,
  query_embedding extensions.vector,
  match_count integer default 10
)
returns table (id uuid, content text, similarity double precision)
language sql
stable
set search_path = ''
as $$
  select m.id, m.content, 1 - (m.embedding operator(extensions.<=>) query_embedding)
  from public.agent_memories m
  where m.agent_id = target_agent_id
    and m.embedding is not null
  order by m.embedding operator(extensions.<=>) query_embedding
  limit least(match_count, 100);
$$;

comment on function public.match_agent_memories(uuid, extensions.vector, integer) is 'The memories of an agent nearest to a query, best first';

-- ============================================================================
-- Integrations
-- ============================================================================

do $$
begin
  create type public.integration_provider as enum ('slack', 'github', 'google_drive', 'shopify', 'zapier');
exception
  when duplicate_object then null;
end $$;

create table if not exists public.integrations (
  id uuid primary key default gen_random_uuid(),
  organization_id uuid not null references public.organizations (id) on delete cascade,
  provider public.integration_provider not null,
  display_name text not null,
  external_account_id text not null,
  scopes text[] not null default '{}',
  vault_secret_id uuid,
  last_synced_at timestamptz,
  connected_by uuid default auth.uid() references public.profiles (id) on delete set null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint integrations_account_key unique (organization_id, provider, external_account_id)
);

comment on table public.integrations is 'A third-party account that workflows may use';
comment on column public.integrations.vault_secret_id is 'Where in the vault the credentials are; they are never stored here';

create index if not exists integrations_connected_by_idx on public.integrations (connected_by);

alter table public.integrations enable row level security;

do $$
begin
  if not exists (
    select 1 from pg_policies where schemaname = 'public' and tablename = 'integrations' and policyname = 'integrations_select_member'
  ) then
    create policy integrations_select_member on public.integrations
      for select to authenticated
      using (private.is_tenant_member(organization_id));
  end if;

  if not exists (
    select 1 from pg_policies where schemaname = 'public' and tablename = 'integrations' and policyname = 'integrations_insert_admin'
  ) then
    create policy integrations_insert_admin on public.integrations
      for insert to authenticated
      with check (private.has_tenant_role(organization_id, 'admin'));
  end if;

  if not exists (
    select 1 from pg_policies where schemaname = 'public' and tablename = 'integrations' and policyname = 'integrations_update_admin'
  ) then
    create policy integrations_update_admin on public.integrations
      for update to authenticated
      using (private.has_tenant_role(organization_id, 'admin'))
      with check (private.has_tenant_role(organization_id, 'admin'));
  end if;

  if not exists (
    select 1 from pg_policies where schemaname = 'public' and tablename = 'integrations' and policyname = 'integrations_delete_admin'
  ) then
    create policy integrations_delete_admin on public.integrations
      for delete to authenticated
      using (private.has_tenant_role(organization_id, 'admin'));
  end if;
end $$;

-- ============================================================================
-- Marketplace
-- ============================================================================

do $$
begin
  create type public.listing_status as enum ('draft', 'in_review', 'listed', 'delisted');
exception
  when duplicate_object then null;
end $$;

create table if not exists public.marketplace_items (
  id uuid primary key default gen_random_uuid(),
  publisher_id uuid not null references public.organizations (id) on delete cascade,
  workflow_id uuid references public.workflows (id) on delete set null,
  slug text not null unique,
  title text not null,
  summary text,
  price numeric(10, 2) not null default 0,
  currency text not null default 'EUR',
  tags text[] not null default '{}',
  status public.listing_status not null default 'draft',
  listed_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint marketplace_items_price_check check (price >= 0),
  constraint marketplace_items_currency_check check (currency ~ '^[A-Z]{3}$')
);

comment on table public.marketplace_items is 'A workflow template for sale or for free';

create index if not exists marketplace_items_publisher_id_idx on public.marketplace_items (publisher_id);
create index if not exists marketplace_items_workflow_id_idx on public.marketplace_items (workflow_id);
create index if not exists marketplace_items_status_idx on public.marketplace_items (status, listed_at desc);
create index if not exists marketplace_items_tags_idx on public.marketplace_items using gin (tags);
create index if not exists marketplace_items_title_trgm_idx on public.marketplace_items using gin (title extensions.gin_trgm_ops);

alter table public.marketplace_items enable row level security;

grant select on public.marketplace_items to anon;

do $$
begin
  if not exists (
    select 1 from pg_policies where schemaname = 'public' and tablename = 'marketplace_items' and policyname = 'marketplace_items_select_listed'
  ) then
    create policy marketplace_items_select_listed on public.marketplace_items
      for select to anon
      using (status = 'listed');
  end if;

  if not exists (
    select 1 from pg_policies where schemaname = 'public' and tablename = 'marketplace_items' and policyname = 'marketplace_items_select_listed_or_own'
  ) then
    create policy marketplace_items_select_listed_or_own on public.marketplace_items
      for select to authenticated
      using (status = 'listed' or private.is_tenant_member(publisher_id));
  end if;

  if not exists (
    select 1 from pg_policies where schemaname = 'public' and tablename = 'marketplace_items' and policyname = 'marketplace_items_insert_admin'
  ) then
    create policy marketplace_items_insert_admin on public.marketplace_items
      for insert to authenticated
      with check (private.has_tenant_role(publisher_id, 'admin'));
  end if;

  if not exists (
    select 1 from pg_policies where schemaname = 'public' and tablename = 'marketplace_items' and policyname = 'marketplace_items_update_admin'
  ) then
    create policy marketplace_items_update_admin on public.marketplace_items
      for update to authenticated
      using (private.has_tenant_role(publisher_id, 'admin'))
      with check (private.has_tenant_role(publisher_id, 'admin'));
  end if;

  if not exists (
    select 1 from pg_policies where schemaname = 'public' and tablename = 'marketplace_items' and policyname = 'marketplace_items_delete_admin'
  ) then
    create policy marketplace_items_delete_admin on public.marketplace_items
      for delete to authenticated
      using (private.has_tenant_role(publisher_id, 'admin'));
  end if;
end $$;

-- ============================================================================
-- App events
-- ============================================================================

create table if not exists public.app_events (
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

create index if not exists app_events_organization_id_idx on public.app_events (organization_id, occurred_at desc);
create index if not exists app_events_actor_id_idx on public.app_events (actor_id);
create index if not exists app_events_occurred_at_idx on public.app_events using brin (occurred_at);
create index if not exists app_events_properties_idx on public.app_events using gin (properties jsonb_path_ops);

alter table public.app_events enable row level security;

do $$
begin
  if not exists (
    select 1 from pg_policies where schemaname = 'public' and tablename = 'app_events' and policyname = 'app_events_select_admin'
  ) then
    create policy app_events_select_admin on public.app_events
      for select to authenticated
      using (private.has_tenant_role(organization_id, 'admin'));
  end if;

  if not exists (
    select 1 from pg_policies where schemaname = 'public' and tablename = 'app_events' and policyname = 'app_events_insert_own'
  ) then
    create policy app_events_insert_own on public.app_events
      for insert to authenticated
      with check (actor_id = (select auth.uid()) and private.is_tenant_member(organization_id));
  end if;

  if not exists (
    select 1 from pg_policies where schemaname = 'public' and tablename = 'app_events' and policyname = 'app_events_update_denied'
  ) then
    create policy app_events_update_denied on public.app_events
      for update to authenticated
      using (false)
      with check (false);
  end if;

  if not exists (
    select 1 from pg_policies where schemaname = 'public' and tablename = 'app_events' and policyname = 'app_events_delete_denied'
  ) then
    create policy app_events_delete_denied on public.app_events
      for delete to authenticated
      using (false);
  end if;
end $$;

-- ============================================================================
-- Telemetry
-- ============================================================================

create table if not exists public.telemetry (
  id bigint generated by default as identity,
  organization_id uuid not null references public.organizations (id) on delete cascade,
  source text not null,
  metric text not null,
  value double precision not null,
  labels jsonb not null default '{}',
  recorded_at timestamptz not null default now(),
  primary key (id, recorded_at)
) partition by range (recorded_at);

comment on table public.telemetry is 'Time series; written by the runner, read by administrators of the organization';

-- The partitions live in private: clients reach their rows through the parent, whose policies apply.
create table if not exists private.telemetry_2024 partition of public.telemetry
  for values from ('2024-01-01 00:00:00+00') to ('2025-01-01 00:00:00+00');

create table if not exists private.telemetry_2025 partition of public.telemetry
  for values from ('2025-01-01 00:00:00+00') to ('2026-01-01 00:00:00+00');

create table if not exists private.telemetry_default partition of public.telemetry default;

create index if not exists telemetry_organization_id_idx on public.telemetry (organization_id, metric, recorded_at desc);

alter table public.telemetry enable row level security;

do $$
begin
  if not exists (
    select 1 from pg_policies where schemaname = 'public' and tablename = 'telemetry' and policyname = 'telemetry_select_admin'
  ) then
    create policy telemetry_select_admin on public.telemetry
      for select to authenticated
      using (private.has_tenant_role(organization_id, 'admin'));
  end if;

  if not exists (
    select 1 from pg_policies where schemaname = 'public' and tablename = 'telemetry' and policyname = 'telemetry_insert_denied'
  ) then
    create policy telemetry_insert_denied on public.telemetry
      for insert to authenticated
      with check (false);
  end if;

  if not exists (
    select 1 from pg_policies where schemaname = 'public' and tablename = 'telemetry' and policyname = 'telemetry_update_denied'
  ) then
    create policy telemetry_update_denied on public.telemetry
      for update to authenticated
      using (false)
      with check (false);
  end if;

  if not exists (
    select 1 from pg_policies where schemaname = 'public' and tablename = 'telemetry' and policyname = 'telemetry_delete_denied'
  ) then
    create policy telemetry_delete_denied on public.telemetry
      for delete to authenticated
      using (false);
  end if;
end $$;

-- ============================================================================
-- Audit logs
-- ============================================================================

create table if not exists public.audit_logs (
  id bigint generated always as identity primary key,
  organization_id uuid not null references public.organizations (id) on delete cascade,
  actor_id uuid references public.profiles (id) on delete set null,
  action text not null,
  table_name text not null,
  record_id text,
  old_record jsonb,
  new_record jsonb,
  created_at timestamptz not null default now(),
  constraint audit_logs_action_check check (action in ('INSERT', 'UPDATE', 'DELETE'))
);

comment on table public.audit_logs is 'Who changed what; append-only';

create index if not exists audit_logs_organization_id_idx on public.audit_logs (organization_id, created_at desc);
create index if not exists audit_logs_actor_id_idx on public.audit_logs (actor_id);

alter table public.audit_logs enable row level security;

do $$
begin
  if not exists (
    select 1 from pg_policies where schemaname = 'public' and tablename = 'audit_logs' and policyname = 'audit_logs_select_admin'
  ) then
    create policy audit_logs_select_admin on public.audit_logs
      for select to authenticated
      using (private.has_tenant_role(organization_id, 'admin'));
  end if;
end $$;

-- Only this trigger function writes, as the table's owner: there are no policies for changes.
create or replace function private.write_audit_log()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
declare
  before_change jsonb := case when tg_op <> 'INSERT' then pg_catalog.to_jsonb(old) end;
  after_change jsonb := case when tg_op <> 'DELETE' then pg_catalog.to_jsonb(new) end;
  changed jsonb := coalesce(after_change, before_change);
begin
  -- The organization itself is going: its log goes with it.
  if tg_op = 'DELETE' and not exists (
    select 1 from public.organizations o where o.id = (changed ->> 'organization_id')::uuid
  ) then
    return null;
  end if;
  insert into public.audit_logs (organization_id, actor_id, action, table_name, record_id, old_record, new_record)
  values (
    (changed ->> 'organization_id')::uuid,
    auth.uid(),
    tg_op,
    tg_table_name,
    changed ->> 'id',
    before_change,
    after_change
  );
  return null;
end;
$$;

create or replace trigger tenant_members_audit
  after insert or update or delete on public.tenant_members
  for each row execute function private.write_audit_log();

create or replace trigger projects_audit
  after insert or update or delete on public.projects
  for each row execute function private.write_audit_log();

create or replace trigger workflows_audit
  after insert or update or delete on public.workflows
  for each row execute function private.write_audit_log();

create or replace trigger integrations_audit
  after insert or update or delete on public.integrations
  for each row execute function private.write_audit_log();

-- ============================================================================
-- Trust ledger
-- ============================================================================

create table if not exists public.trust_ledger (
  id bigint generated always as identity primary key,
  organization_id uuid not null references public.organizations (id) on delete restrict,
  subject text not null,
  payload jsonb not null,
  trust_score numeric(5, 4),
  previous_hash bytea,
  entry_hash bytea not null,
  created_at timestamptz not null default now(),
  constraint trust_ledger_entry_hash_key unique (entry_hash),
  constraint trust_ledger_score_check check (trust_score between 0 and 1)
);

comment on table public.trust_ledger is 'Each entry carries the hash of the one before it in the same organization';

create index if not exists trust_ledger_organization_id_idx on public.trust_ledger (organization_id, id desc);

create or replace function private.chain_trust_ledger()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  perform pg_catalog.pg_advisory_xact_lock(pg_catalog.hashtextextended(new.organization_id::text, 0));
  select l.entry_hash
    into new.previous_hash
    from public.trust_ledger l
   where l.organization_id = new.organization_id
   order by l.id desc
   limit 1;
  new.entry_hash := extensions.digest(
    coalesce(pg_catalog.encode(new.previous_hash, 'hex'), '') || new.subject || new.payload::text || new.created_at::text,
    'sha256'
  );
  return new;
end;
$$;

create or replace trigger trust_ledger_chain
  before insert on public.trust_ledger
  for each row execute function private.chain_trust_ledger();

alter table public.trust_ledger enable row level security;

do $$
begin
  if not exists (
    select 1 from pg_policies where schemaname = 'public' and tablename = 'trust_ledger' and policyname = 'trust_ledger_select_member'
  ) then
    create policy trust_ledger_select_member on public.trust_ledger
      for select to authenticated
      using (private.is_tenant_member(organization_id));
  end if;

  if not exists (
    select 1 from pg_policies where schemaname = 'public' and tablename = 'trust_ledger' and policyname = 'trust_ledger_insert_denied'
  ) then
    create policy trust_ledger_insert_denied on public.trust_ledger
      for insert to authenticated
      with check (false);
  end if;

  if not exists (
    select 1 from pg_policies where schemaname = 'public' and tablename = 'trust_ledger' and policyname = 'trust_ledger_update_denied'
  ) then
    create policy trust_ledger_update_denied on public.trust_ledger
      for update to authenticated
      using (false)
      with check (false);
  end if;

  if not exists (
    select 1 from pg_policies where schemaname = 'public' and tablename = 'trust_ledger' and policyname = 'trust_ledger_delete_denied'
  ) then
    create policy trust_ledger_delete_denied on public.trust_ledger
      for delete to authenticated
      using (false);
  end if;
end $$;

revoke update, delete on public.trust_ledger from authenticated, service_role;

-- ============================================================================
-- Blog
-- ============================================================================

do $$
begin
  create type public.content_status as enum ('draft', 'published', 'archived');
exception
  when duplicate_object then null;
end $$;

create table if not exists public.blog_posts (
  id uuid primary key default gen_random_uuid(),
  author_id uuid not null references public.profiles (id) on delete restrict,
  slug text not null unique,
  title text not null,
  excerpt text,
  body text not null default '',
  tags text[] not null default '{}',
  status public.content_status not null default 'draft',
  published_at timestamptz,
  search_document tsvector generated always as (
    setweight(to_tsvector('english', title), 'A')
    || setweight(to_tsvector('english', coalesce(excerpt, '')), 'B')
    || setweight(to_tsvector('english', body), 'C')
  ) stored,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint blog_posts_published_check check (status <> 'published' or published_at is not null)
);

comment on table public.blog_posts is 'Articles of the public blog';

create index if not exists blog_posts_author_id_idx on public.blog_posts (author_id);
create index if not exists blog_posts_status_idx on public.blog_posts (status, published_at desc);
create index if not exists blog_posts_search_document_idx on public.blog_posts using gin (search_document);

create table if not exists public.comments (
  id uuid primary key default gen_random_uuid(),
  post_id uuid not null references public.blog_posts (id) on delete cascade,
  parent_id uuid references public.comments (id) on delete cascade,
  author_id uuid not null default auth.uid() references public.profiles (id) on delete cascade,
  body text not null,
  is_hidden boolean not null default false,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint comments_body_length check (char_length(body) between 1 and 5000)
);

comment on table public.comments is 'Comments on blog posts, threaded by parent_id';

create index if not exists comments_post_id_idx on public.comments (post_id, created_at);
create index if not exists comments_parent_id_idx on public.comments (parent_id);
create index if not exists comments_author_id_idx on public.comments (author_id);

alter table public.blog_posts enable row level security;
alter table public.comments enable row level security;

grant select on public.blog_posts to anon;

do $$
begin
  if not exists (
    select 1 from pg_policies where schemaname = 'public' and tablename = 'blog_posts' and policyname = 'blog_posts_select_published'
  ) then
    create policy blog_posts_select_published on public.blog_posts
      for select to anon
      using (status = 'published');
  end if;

  if not exists (
    select 1 from pg_policies where schemaname = 'public' and tablename = 'blog_posts' and policyname = 'blog_posts_select_published_or_own'
  ) then
    create policy blog_posts_select_published_or_own on public.blog_posts
      for select to authenticated
      using (status = 'published' or author_id = (select auth.uid()) or (select private.is_admin()));
  end if;

  if not exists (
    select 1 from pg_policies where schemaname = 'public' and tablename = 'blog_posts' and policyname = 'blog_posts_insert_author'
  ) then
    create policy blog_posts_insert_author on public.blog_posts
      for insert to authenticated
      with check (author_id = (select auth.uid()) and (select private.has_app_role('moderator')));
  end if;

  if not exists (
    select 1 from pg_policies where schemaname = 'public' and tablename = 'blog_posts' and policyname = 'blog_posts_update_author'
  ) then
    create policy blog_posts_update_author on public.blog_posts
      for update to authenticated
      using (author_id = (select auth.uid()) or (select private.is_admin()))
      with check (author_id = (select auth.uid()) or (select private.is_admin()));
  end if;

  if not exists (
    select 1 from pg_policies where schemaname = 'public' and tablename = 'blog_posts' and policyname = 'blog_posts_delete_admin'
  ) then
    create policy blog_posts_delete_admin on public.blog_posts
      for delete to authenticated
      using ((select private.is_admin()));
  end if;
end $$;

do $$
begin
  if not exists (
    select 1 from pg_policies where schemaname = 'public' and tablename = 'comments' and policyname = 'comments_select_visible'
  ) then
    create policy comments_select_visible on public.comments
      for select to authenticated
      using (not is_hidden or author_id = (select auth.uid()));
  end if;

  if not exists (
    select 1 from pg_policies where schemaname = 'public' and tablename = 'comments' and policyname = 'comments_insert_own'
  ) then
    create policy comments_insert_own on public.comments
      for insert to authenticated
      with check (
        author_id = (select auth.uid())
        and exists (
          select 1 from public.blog_posts p where p.id = comments.post_id and p.status = 'published'
        )
      );
  end if;

  if not exists (
    select 1 from pg_policies where schemaname = 'public' and tablename = 'comments' and policyname = 'comments_update_own'
  ) then
    create policy comments_update_own on public.comments
      for update to authenticated
      using (author_id = (select auth.uid()))
      with check (author_id = (select auth.uid()));
  end if;

  if not exists (
    select 1 from pg_policies where schemaname = 'public' and tablename = 'comments' and policyname = 'comments_delete_own_or_moderator'
  ) then
    create policy comments_delete_own_or_moderator on public.comments
      for delete to authenticated
      using (author_id = (select auth.uid()) or (select private.has_app_role('moderator')));
  end if;
end $$;

do $$
begin
  if not exists (
    select 1 from pg_publication_tables
    where pubname = 'supabase_realtime' and schemaname = 'public' and tablename = 'comments'
  ) then
    alter publication supabase_realtime add table public.comments;
  end if;
end $$;

-- ============================================================================
-- Lead generation
-- ============================================================================

do $$
begin
  create domain public.email_address as text
    constraint email_address_format check (value ~* '^[^@\s]+@[^@\s]+\.[a-z]{2,}$');
exception
  when duplicate_object then null;
end $$;

do $$
begin
  create type public.lead_source as enum ('contact_form', 'newsletter', 'webinar', 'referral');
exception
  when duplicate_object then null;
end $$;

create table if not exists public.lead_generation (
  id uuid primary key default gen_random_uuid(),
  email public.email_address not null,
  full_name text,
  company text,
  source public.lead_source not null,
  campaign jsonb not null default '{}',
  score smallint not null default 0,
  consented_at timestamptz,
  converted_to uuid references public.organizations (id) on delete set null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint lead_generation_score_check check (score between 0 and 100)
);

comment on table public.lead_generation is 'People who left their address; personal data, administrators only';
comment on domain public.email_address is 'An e-mail address, checked loosely';

-- Here because the domain must be there first.
alter table public.organizations
  add column if not exists billing_email public.email_address,
  add column if not exists plan text not null default 'free',
  add column if not exists monthly_run_limit bigint not null default 1000;

do $$
begin
  if not exists (select 1 from pg_constraint where conname = 'organizations_plan_check') then
    alter table public.organizations
      add constraint organizations_plan_check check (plan in ('free', 'team', 'business', 'enterprise'));
  end if;
end $$;

comment on column public.organizations.monthly_run_limit is 'Workflow runs a month; the plan sets it, sales may raise it';

create unique index if not exists lead_generation_email_idx on public.lead_generation (lower(email), source);
create index if not exists lead_generation_converted_to_idx on public.lead_generation (converted_to);

alter table public.lead_generation enable row level security;

do $$
begin
  if not exists (
    select 1 from pg_policies where schemaname = 'public' and tablename = 'lead_generation' and policyname = 'lead_generation_select_admin'
  ) then
    create policy lead_generation_select_admin on public.lead_generation
      for select to authenticated
      using ((select private.is_admin()));
  end if;

  if not exists (
    select 1 from pg_policies where schemaname = 'public' and tablename = 'lead_generation' and policyname = 'lead_generation_insert_admin'
  ) then
    create policy lead_generation_insert_admin on public.lead_generation
      for insert to authenticated
      with check ((select private.is_admin()));
  end if;

  if not exists (
    select 1 from pg_policies where schemaname = 'public' and tablename = 'lead_generation' and policyname = 'lead_generation_update_admin'
  ) then
    create policy lead_generation_update_admin on public.lead_generation
      for update to authenticated
      using ((select private.is_admin()))
      with check ((select private.is_admin()));
  end if;

  if not exists (
    select 1 from pg_policies where schemaname = 'public' and tablename = 'lead_generation' and policyname = 'lead_generation_delete_admin'
  ) then
    create policy lead_generation_delete_admin on public.lead_generation
      for delete to authenticated
      using ((select private.is_admin()));
  end if;
end $$;

-- ============================================================================
-- Workflow statistics
-- ============================================================================

create index if not exists workflows_paused_idx on public.workflows (updated_at) where status = 'paused';

-- Security invoker: the policies of the tables apply to whoever reads the view.
create or replace view public.workflow_statistics
with (security_invoker = true) as
select
  w.id as workflow_id,
  w.organization_id,
  w.name,
  w.status = 'paused' as is_paused,
  count(r.id) as run_count,
  count(r.id) filter (where r.status = 'failed') as failed_count,
  max(r.finished_at) as last_finished_at,
  avg(extract(epoch from r.duration)) as average_seconds
from public.workflows w
left join public.workflow_runs r on r.workflow_id = w.id
group by w.id;

comment on view public.workflow_statistics is 'Runs of each workflow that the caller may see';

create or replace view public.organization_directory
with (security_invoker = true) as
select o.id, o.name, o.slug, m.role
from public.organizations o
join public.tenant_members m on m.organization_id = o.id
where m.user_id = (select auth.uid());

-- A materialized view has no policies: it stays out of the Data API.
create materialized view if not exists private.daily_workflow_runs as
select
  r.organization_id,
  date_trunc('day', r.created_at, 'UTC') as day,
  count(*) as run_count
from public.workflow_runs r
group by r.organization_id, date_trunc('day', r.created_at, 'UTC');

create unique index if not exists daily_workflow_runs_key on private.daily_workflow_runs (organization_id, day);

create or replace function private.refresh_daily_workflow_runs()
returns void
language sql
security definer
set search_path = ''
as $$
  refresh materialized view concurrently private.daily_workflow_runs;
$$;

grant execute on function private.refresh_daily_workflow_runs() to service_role;

-- ============================================================================
-- Privacy
-- ============================================================================

do $$
begin
  create type public.request_status as enum ('received', 'verified', 'completed', 'rejected');
exception
  when duplicate_object then null;
end $$;

create table if not exists public.deletion_requests (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null default auth.uid() references auth.users (id) on delete cascade,
  reason text,
  status public.request_status not null default 'received',
  requested_at timestamptz not null default now(),
  completed_at timestamptz
);

comment on table public.deletion_requests is 'Requests under article 17 of the GDPR; the service role works through them';

create index if not exists deletion_requests_user_id_idx on public.deletion_requests (user_id);

alter table public.deletion_requests enable row level security;

do $$
begin
  if not exists (
    select 1 from pg_policies where schemaname = 'public' and tablename = 'deletion_requests' and policyname = 'deletion_requests_select_own'
  ) then
    create policy deletion_requests_select_own on public.deletion_requests
      for select to authenticated
      using (user_id = (select auth.uid()));
  end if;

  if not exists (
    select 1 from pg_policies where schemaname = 'public' and tablename = 'deletion_requests' and policyname = 'deletion_requests_insert_own'
  ) then
    create policy deletion_requests_insert_own on public.deletion_requests
      for insert to authenticated
      with check (user_id = (select auth.uid()) and status = 'received');
  end if;

  if not exists (
    select 1 from pg_policies where schemaname = 'public' and tablename = 'deletion_requests' and policyname = 'deletion_requests_update_denied'
  ) then
    create policy deletion_requests_update_denied on public.deletion_requests
      for update to authenticated
      using (false)
      with check (false);
  end if;

  -- As long as nobody has looked at it, a request can be withdrawn.
  if not exists (
    select 1 from pg_policies where schemaname = 'public' and tablename = 'deletion_requests' and policyname = 'deletion_requests_delete_own'
  ) then
    create policy deletion_requests_delete_own on public.deletion_requests
      for delete to authenticated
      using (user_id = (select auth.uid()) and status = 'received');
  end if;
end $$;

create or replace function private.purge_telemetry(keep interval default '1 year')
returns bigint
language plpgsql
security definer
set search_path = ''
as $$
declare
  purged bigint;
begin
  delete from public.telemetry where recorded_at < pg_catalog.now() - keep;
  get diagnostics purged = row_count;
  return purged;
end;
$$;

grant execute on function private.purge_telemetry(interval) to service_role;

-- ============================================================================
-- User preferences
-- ============================================================================

CREATE TABLE IF NOT EXISTS public.user_preferences (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  user_id uuid NOT NULL REFERENCES auth.users(id) ON DELETE CASCADE,
  preference_key text NOT NULL,
  preference_value jsonb,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  -- Its index also serves lookups by user_id alone.
  UNIQUE(user_id, preference_key)
);

COMMENT ON TABLE public.user_preferences IS 'Free-form settings, one row for each key';

-- Enable RLS
ALTER TABLE public.user_preferences ENABLE ROW LEVEL SECURITY;

do $$
begin
  -- RLS Policy: Users can only access their own preferences
  if not exists (
    select 1 from pg_policies where schemaname = 'public' and tablename = 'user_preferences' and policyname = 'user_preferences_select_own'
  ) then
    CREATE POLICY user_preferences_select_own
      ON public.user_preferences
      FOR SELECT
      TO authenticated
      USING ((SELECT auth.uid()) = user_id);
  end if;

  if not exists (
    select 1 from pg_policies where schemaname = 'public' and tablename = 'user_preferences' and policyname = 'user_preferences_insert_own'
  ) then
    CREATE POLICY user_preferences_insert_own
      ON public.user_preferences
      FOR INSERT
      TO authenticated
      WITH CHECK ((SELECT auth.uid()) = user_id);
  end if;

  if not exists (
    select 1 from pg_policies where schemaname = 'public' and tablename = 'user_preferences' and policyname = 'user_preferences_update_own'
  ) then
    CREATE POLICY user_preferences_update_own
      ON public.user_preferences
      FOR UPDATE
      TO authenticated
      USING ((SELECT auth.uid()) = user_id)
      WITH CHECK ((SELECT auth.uid()) = user_id);
  end if;

  if not exists (
    select 1 from pg_policies where schemaname = 'public' and tablename = 'user_preferences' and policyname = 'user_preferences_delete_own'
  ) then
    CREATE POLICY user_preferences_delete_own
      ON public.user_preferences
      FOR DELETE
      TO authenticated
      USING ((SELECT auth.uid()) = user_id);
  end if;
end $$;

-- ============================================================================
-- Storage
-- ============================================================================

insert into storage.buckets (id, name, public, file_size_limit, allowed_mime_types)
values
  ('avatars', 'avatars', false, 2097152, array['image/png', 'image/jpeg', 'image/webp']),
  ('artifacts', 'artifacts', false, 52428800, null)
on conflict (id) do nothing;

drop policy if exists storage_select_own_folder on storage.objects;
create policy storage_select_own_folder on storage.objects
  for select to authenticated
  using (
    (bucket_id = 'avatars' and (storage.foldername(name))[1] = (select auth.uid())::text)
    or (bucket_id = 'artifacts' and private.is_tenant_member(((storage.foldername(name))[1])::uuid))
  );

drop policy if exists storage_insert_own_folder on storage.objects;
create policy storage_insert_own_folder on storage.objects
  for insert to authenticated
  with check (
    (bucket_id = 'avatars' and (storage.foldername(name))[1] = (select auth.uid())::text)
    or (bucket_id = 'artifacts' and private.has_tenant_role(((storage.foldername(name))[1])::uuid, 'member'))
  );

drop policy if exists storage_update_own_folder on storage.objects;
create policy storage_update_own_folder on storage.objects
  for update to authenticated
  using (
    (bucket_id = 'avatars' and (storage.foldername(name))[1] = (select auth.uid())::text)
    or (bucket_id = 'artifacts' and private.has_tenant_role(((storage.foldername(name))[1])::uuid, 'member'))
  )
  with check (
    (bucket_id = 'avatars' and (storage.foldername(name))[1] = (select auth.uid())::text)
    or (bucket_id = 'artifacts' and private.has_tenant_role(((storage.foldername(name))[1])::uuid, 'member'))
  );

drop policy if exists storage_delete_own_folder on storage.objects;
create policy storage_delete_own_folder on storage.objects
  for delete to authenticated
  using (
    (bucket_id = 'avatars' and (storage.foldername(name))[1] = (select auth.uid())::text)
    or (bucket_id = 'artifacts' and private.has_tenant_role(((storage.foldername(name))[1])::uuid, 'admin'))
  );

-- ============================================================================
-- updated_at
-- ============================================================================

do $$
declare
  table_name text;
begin
  foreach table_name in array array[
    'profiles',
    'organizations',
    'user_settings',
    'subscriptions',
    'projects',
    'workflows',
    'agents',
    'integrations',
    'marketplace_items',
    'blog_posts',
    'comments',
    'lead_generation',
    'user_preferences'
  ]
  loop
    execute format(
      'create or replace trigger %I before update on public.%I for each row execute function private.set_updated_at()',
      table_name || '_set_updated_at',
      table_name
    );
  end loop;
end $$;
