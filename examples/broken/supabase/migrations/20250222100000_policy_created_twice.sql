-- An earlier file created it.
create policy documents_select_own on public.documents for select to authenticated using (owner_id = (select auth.uid()));
