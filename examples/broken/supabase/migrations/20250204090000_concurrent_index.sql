-- The migration runs in a transaction, where PostgreSQL refuses this.
create index concurrently documents_status_idx on public.documents (status);

comment on index public.documents_status_idx is 'For the list of drafts';
