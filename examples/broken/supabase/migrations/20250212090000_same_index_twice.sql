-- Two indexes do the work of one, and both cost every write.
create table private.logins (
  id bigint generated always as identity primary key,
  email text not null
);

create index logins_email_idx on private.logins (email);
create index logins_by_email on private.logins using btree (email);
