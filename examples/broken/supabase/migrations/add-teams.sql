-- The file's name has no version, so its place in the chain is an accident.
create table private.teams (
  id bigint generated always as identity primary key,
  name text not null
);
