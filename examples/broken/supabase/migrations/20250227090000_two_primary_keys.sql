-- A table has one primary key at most.
create table private.ratings (
  id bigint generated always as identity primary key,
  document_id uuid primary key
);
