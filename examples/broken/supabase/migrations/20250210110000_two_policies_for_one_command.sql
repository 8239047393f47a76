-- Two policies for one role and command: both run for every row that is read.
create table public.events (id bigint generated always as identity primary key, owner_id uuid not null, is_public boolean not null);
alter table public.events enable row level security;
create policy events_select_own on public.events for select to authenticated using ((select auth.uid()) = owner_id);
create policy events_select_public on public.events for select to authenticated using (is_public);
