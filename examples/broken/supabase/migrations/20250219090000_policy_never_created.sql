-- The policy is called documents_select_own.
drop policy documents_select on public.documents;
