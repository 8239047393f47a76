-- The parser stops at the second comma.
create table private.invoices (
  id bigint generated always as identity primary key,
  amount numeric(12, 2),,
  paid_at timestamptz
);
