-- Users write their metadata themselves, the role in it too.
create table public.reports (id bigint generated always as identity primary key, body text not null);
alter table public.reports enable row level security;
create policy reports_select_admin on public.reports for select to authenticated
  using ((select auth.jwt() -> 'user_metadata' ->> 'role') = 'admin');
