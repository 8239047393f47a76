create table public.notes (id bigint generated always as identity primary key, body text);
alter table public.notes enable row level security;
create policy "Notes are public" on public.notes for select to anon using (true);
insert into public.notes (body) select query from pg_stat_activity;
