-- The names of arguments do not tell functions apart, only their types do.
create function private.document_count(status public.document_status)
returns bigint
language sql
stable
set search_path = ''
as $$
  select count(*) from public.documents d where d.status = $1;
$$;
