-- Why may everybody read and write it?
-- pgdry-ignore rls/enabled-on-create
create table public.guest_book (
  id bigint generated always as identity primary key,
  entry text not null
);
