-- Deleting a document scans the whole of this table.
create table private.attachments (
  id bigint generated always as identity primary key,
  document_id uuid not null references public.documents (id) on delete cascade,
  path text not null
);
