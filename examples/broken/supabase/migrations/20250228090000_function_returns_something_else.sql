-- The existing function returns bigint; it has to be dropped first.
create or replace function private.document_count(wanted public.document_status)
returns integer
language sql
stable
set search_path = ''
as $$
  select count(*)::integer from public.documents d where d.status = wanted;
$$;
