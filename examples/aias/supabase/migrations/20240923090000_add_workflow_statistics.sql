-- Migration: Add workflow statistics
-- Date: 2024-09-23
-- Description: Paused workflows are counted; figures for dashboards

create index workflows_paused_idx on public.workflows (updated_at) where status = 'paused';

-- Security invoker: the policies of the tables apply to whoever reads the view.
create view public.workflow_statistics
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

create view public.organization_directory
with (security_invoker = true) as
select o.id, o.name, o.slug, m.role
from public.organizations o
join public.tenant_members m on m.organization_id = o.id
where m.user_id = (select auth.uid());

-- A materialized view has no policies: it stays out of the Data API.
create materialized view private.daily_workflow_runs as
select
  r.organization_id,
  date_trunc('day', r.created_at, 'UTC') as day,
  count(*) as run_count
from public.workflow_runs r
group by r.organization_id, date_trunc('day', r.created_at, 'UTC');

create unique index daily_workflow_runs_key on private.daily_workflow_runs (organization_id, day);

create function private.refresh_daily_workflow_runs()
returns void
language sql
security definer
set search_path = ''
as $$
  refresh materialized view concurrently private.daily_workflow_runs;
$$;

grant execute on function private.refresh_daily_workflow_runs() to service_role;
