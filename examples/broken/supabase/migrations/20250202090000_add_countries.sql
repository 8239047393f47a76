-- The next file has the same version: only one of the two can be recorded as applied.
create table private.countries (
  code text primary key
);
