-- Migration: Create workflows
-- Date: 2024-02-05
-- Description: Automation workflows and the log of their runs

create type public.workflow_status as enum ('draft', 'active', 'archived');
create type public.run_status as enum ('queued', 'running', 'succeeded', 'failed', 'canceled');

create table public.workflows (
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

create index workflows_project_id_idx on public.workflows (project_id, organization_id);
create index workflows_organization_id_idx on public.workflows (organization_id);
create index workflows_created_by_idx on public.workflows (created_by);

create table public.workflow_runs (
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

create index workflow_runs_workflow_id_idx on public.workflow_runs (workflow_id, organization_id);
create index workflow_runs_organization_id_idx on public.workflow_runs (organization_id, created_at desc);
create index workflow_runs_triggered_by_idx on public.workflow_runs (triggered_by);
create index workflow_runs_pending_idx on public.workflow_runs (created_at) where status in ('queued', 'running');

alter table public.workflows enable row level security;
alter table public.workflow_runs enable row level security;

create policy workflows_select_member on public.workflows
  for select to authenticated
  using (private.is_tenant_member(organization_id));

create policy workflows_insert_member on public.workflows
  for insert to authenticated
  with check (private.has_tenant_role(organization_id, 'member'));

create policy workflows_update_member on public.workflows
  for update to authenticated
  using (private.has_tenant_role(organization_id, 'member'))
  with check (private.has_tenant_role(organization_id, 'member'));

create policy workflows_delete_admin on public.workflows
  for delete to authenticated
  using (private.has_tenant_role(organization_id, 'admin'));

create policy workflow_runs_select_member on public.workflow_runs
  for select to authenticated
  using (private.is_tenant_member(organization_id));

create policy workflow_runs_insert_member on public.workflow_runs
  for insert to authenticated
  with check (
    private.has_tenant_role(organization_id, 'member')
    and triggered_by = (select auth.uid())
    and status = 'queued'
  );

-- The runner (service role) reports progress; a member can only cancel.
create policy workflow_runs_update_cancel on public.workflow_runs
  for update to authenticated
  using (private.has_tenant_role(organization_id, 'member') and status in ('queued', 'running'))
  with check (private.has_tenant_role(organization_id, 'member') and status = 'canceled');

create policy workflow_runs_delete_admin on public.workflow_runs
  for delete to authenticated
  using (private.has_tenant_role(organization_id, 'admin'));

-- Clients follow the progress of runs. Realtime needs the old row to check its policies on updates and deletes.
alter publication supabase_realtime add table public.workflow_runs;
alter table public.workflow_runs replica identity full;

create trigger workflows_set_updated_at
  before update on public.workflows
  for each row execute function private.set_updated_at();

create function private.bump_workflow_version()
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

create trigger workflows_bump_version
  before update of definition on public.workflows
  for each row execute function private.bump_workflow_version();
