-- Everyone who has the anon key reads the tokens.
create table public.integrations (id bigint generated always as identity primary key, access_token text not null);
