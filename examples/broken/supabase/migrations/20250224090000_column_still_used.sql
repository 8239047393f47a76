-- A view and the policies need these.
alter table public.documents drop column status;
alter table public.documents drop column owner_id;
drop table public.documents;
