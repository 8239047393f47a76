-- Nobody created the enum.
create table private.payments (
  id bigint generated always as identity primary key,
  method public.payment_method not null
);
