-- Row level security is on, but no policy lets anybody in.
create table public.drafts (
  id bigint generated always as identity primary key,
  body text not null
);

alter table public.drafts enable row level security;
