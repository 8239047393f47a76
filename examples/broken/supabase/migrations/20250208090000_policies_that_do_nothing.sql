-- The policy looks like protection, but row level security is off.
create table public.bookmarks (
  id bigint generated always as identity primary key,
  url text not null
);

create policy bookmarks_all on public.bookmarks for all to service_role using (true) with check (true);
