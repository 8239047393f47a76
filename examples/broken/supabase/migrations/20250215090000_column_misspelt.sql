-- The column is called "title".
alter table public.documents rename column titel to heading;
