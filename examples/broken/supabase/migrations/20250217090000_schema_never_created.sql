-- Nobody created the schema.
create table billing.plans (
  id bigint generated always as identity primary key
);
