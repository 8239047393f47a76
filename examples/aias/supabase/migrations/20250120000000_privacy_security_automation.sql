-- Migration: Privacy and security automation
-- Date: 2025-01-20
-- Description: Consent of users, their requests to be forgotten, and how long telemetry is kept

set lock_timeout = '5s';

alter table public.profiles
  add column marketing_consent boolean not null default false,
  add column consent_updated_at timestamptz;

create type public.request_status as enum ('received', 'verified', 'completed', 'rejected');

create table public.deletion_requests (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null default auth.uid() references auth.users (id) on delete cascade,
  reason text,
  status public.request_status not null default 'received',
  requested_at timestamptz not null default now(),
  completed_at timestamptz
);

comment on table public.deletion_requests is 'Requests under article 17 of the GDPR; the service role works through them';

create index deletion_requests_user_id_idx on public.deletion_requests (user_id);

alter table public.deletion_requests enable row level security;

create policy deletion_requests_select_own on public.deletion_requests
  for select to authenticated
  using (user_id = (select auth.uid()));

create policy deletion_requests_insert_own on public.deletion_requests
  for insert to authenticated
  with check (user_id = (select auth.uid()) and status = 'received');

create policy deletion_requests_update_denied on public.deletion_requests
  for update to authenticated
  using (false)
  with check (false);

-- As long as nobody has looked at it, a request can be withdrawn.
create policy deletion_requests_delete_own on public.deletion_requests
  for delete to authenticated
  using (user_id = (select auth.uid()) and status = 'received');

create function private.purge_telemetry(keep interval default '1 year')
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
