-- Migration: Create audit logs
-- Date: 2024-03-25
-- Description: Records every change to members, projects, workflows and integrations

create table public.audit_logs (
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

create index audit_logs_organization_id_idx on public.audit_logs (organization_id, created_at desc);
create index audit_logs_actor_id_idx on public.audit_logs (actor_id);

alter table public.audit_logs enable row level security;

create policy audit_logs_select_admin on public.audit_logs
  for select to authenticated
  using (private.has_tenant_role(organization_id, 'admin'));

-- Only this trigger function writes, as the table's owner: there are no policies for changes.
create function private.write_audit_log()
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

create trigger tenant_members_audit
  after insert or update or delete on public.tenant_members
  for each row execute function private.write_audit_log();

create trigger projects_audit
  after insert or update or delete on public.projects
  for each row execute function private.write_audit_log();

create trigger workflows_audit
  after insert or update or delete on public.workflows
  for each row execute function private.write_audit_log();

create trigger integrations_audit
  after insert or update or delete on public.integrations
  for each row execute function private.write_audit_log();
