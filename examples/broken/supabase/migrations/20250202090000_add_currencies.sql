-- The file before has the same version.
create table private.currencies (
  code text primary key
);
