-- The rule is called rls/enabled-on-create.
-- pgdry-ignore rls/enable-on-create: only the service role uses it
create table private.queue_items (
  id bigint generated always as identity primary key
);
