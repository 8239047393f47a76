create table public.notes (id uuid primary key default gen_random_uuid(), body text not null);
create table public.notes (id bigint);
create table if not exists public.notes (id bigint);
create table notes ();
create view notes as select 1 as one;
create sequence public.notes;
create table "Notes" (id int);
create table "notes" (id int);
