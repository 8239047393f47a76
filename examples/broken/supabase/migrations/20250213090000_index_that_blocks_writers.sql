-- The table is live: nobody can write to it until the index is built.
create index documents_created_at_idx on public.documents (created_at);
