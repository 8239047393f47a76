/* Größe 𝄞 */ create table public.sizes (id bigint generated always as identity primary key, "a|b`c" text);
alter table public.notes alter column body set not null;
