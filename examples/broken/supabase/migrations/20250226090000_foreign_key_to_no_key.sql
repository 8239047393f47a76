-- Titles are not unique, so nothing can refer to one.
create table private.citations (
  id bigint generated always as identity primary key,
  document_title text not null references public.documents (title)
);
