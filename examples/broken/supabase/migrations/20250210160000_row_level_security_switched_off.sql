-- Row level security is switched off and stays so.
create table public.imports (id bigint generated always as identity primary key, body text not null);
alter table public.imports enable row level security;
alter table public.imports disable row level security;
