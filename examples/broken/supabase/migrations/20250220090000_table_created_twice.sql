-- An earlier file created it.
create table public.documents (
  id bigint primary key
);
