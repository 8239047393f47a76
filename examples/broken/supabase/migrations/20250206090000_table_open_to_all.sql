-- Served by the Data API, and anybody with the anon key can read and write it.
create table public.notes (
  id bigint generated always as identity primary key,
  body text not null
);
