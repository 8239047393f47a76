-- A policy that is true for every row: any signed-in user writes all of them.
create table public.polls (id bigint generated always as identity primary key, question text not null);
alter table public.polls enable row level security;
create policy polls_all on public.polls for all to authenticated using (true) with check (true);
