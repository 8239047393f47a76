-- There is no "documets".
alter table public.documets add column language text;
