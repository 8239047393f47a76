-- The table has its row level security and its policy; there is nothing to suppress.
-- pgdry-ignore rls/enabled-on-create: only the service role uses it
create table public.jobs (
  id bigint generated always as identity primary key
);

alter table public.jobs enable row level security;
create policy jobs_worker on public.jobs for all to service_role using (true) with check (true);
