create table t (id uuid primary key, owner uuid, extra int);
create function is_owner(who uuid) returns boolean language sql stable as 'select who = auth.uid()';
create policy p on t using (is_owner(owner));
drop function is_owner(uuid);
alter table t drop column owner;
alter table t drop column extra;
drop function is_owner(uuid) cascade;
drop policy p on t;
alter table t drop column owner;
