-- Nothing wrong here, but for its place after the file that uses it.
create table private.tags (
  id bigint generated always as identity primary key,
  name text not null
);
