-- The key of documents is a uuid.
create table private.reviews (
  id bigint generated always as identity primary key,
  document_id bigint not null references public.documents (id)
);
