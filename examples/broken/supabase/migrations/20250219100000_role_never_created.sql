-- Nobody created the role.
grant select on public.documents to reporting;
