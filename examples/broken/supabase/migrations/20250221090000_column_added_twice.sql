-- The table was created with this column.
alter table public.documents add column body text;
