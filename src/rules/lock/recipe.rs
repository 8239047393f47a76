//! What to do instead, where it takes several migrations: expand, backfill, contract. `{0}` … are the values that the rule gives.

/// Table, column, constraint, value.
pub const SET_NOT_NULL: &str = "\
expand, once every client writes it: a check that is not validated yet
alter table {0} add constraint {2} check ({1} is not null) not valid;

backfill, outside a migration, until it changes no row
update {0} set {1} = {3} where {1} is null and ctid in (select ctid from {0} where {1} is null limit 10000);

validate: reads and writes go on
alter table {0} validate constraint {2};

contract: nothing is read for it now
alter table {0} alter column {1} set not null;
alter table {0} drop constraint {2};";

/// Table, column with its definition.
pub const ADD_COLUMN: &str = "\
expand: the column without NOT NULL
alter table {0} add column {1};";

/// Table, column, new column, type, function, trigger, old column, value.
pub const CHANGE_TYPE: &str = "\
expand: a column of the new type that a trigger keeps filled
alter table {0} add column {2} {3};
create function {4}() returns trigger language plpgsql set search_path = '' as $$begin new.{2} := new.{1}; return new; end$$;
create trigger {5} before insert or update on {0} for each row execute function {4}();

backfill, outside a migration, until it changes no row
update {0} set {2} = {7} where {2} is null and ctid in (select ctid from {0} where {2} is null and {1} is not null limit 10000);

contract: swap the two, when the new one has the old one's indexes, keys, default and policies
drop trigger {5} on {0};
drop function {4}();
alter table {0} rename column {1} to {6};
alter table {0} rename column {2} to {1};

contract, when nobody needs the old values
alter table {0} drop column {6};";

/// Table, constraint with its definition, constraint.
pub const ADD_CONSTRAINT: &str = "\
expand: it holds for new rows
alter table {0} add {1} not valid;

validate: reads and writes go on
alter table {0} validate constraint {2};";

/// Table, columns, constraint, `unique` or `primary key`.
pub const USING_INDEX: &str = "\
expand: the index, in a migration of its own
create unique index concurrently {2} on {0} ({1});

contract: the index becomes the constraint
alter table {0} add constraint {2} {3} using index {2};";

/// The statement, old name, new name.
pub const RENAME: &str = "\
expand: the old name stays, as a view; grant on it what is granted on the other
{0};
create view {1} with (security_invoker = true) as select * from {2};

contract, when no client uses the old name
drop view {1};";

/// Table, old column, new column, type, function, trigger.
pub const RENAME_COLUMN: &str = "\
expand: a second column; a trigger keeps both the same
alter table {0} add column {2} {3};
create function {4}() returns trigger language plpgsql set search_path = '' as $$begin
  if tg_op = 'INSERT' then new.{2} := coalesce(new.{2}, new.{1});
  elsif new.{2} is not distinct from old.{2} then new.{2} := new.{1}; end if;
  new.{1} := new.{2};
  return new;
end$$;
create trigger {5} before insert or update on {0} for each row execute function {4}();

backfill, outside a migration, until it changes no row
update {0} set {1} = {1} where {2} is null and ctid in (select ctid from {0} where {2} is null and {1} is not null limit 10000);

contract, when no client uses the old name, and the new one has its indexes, keys, default and policies
drop trigger {5} on {0};
drop function {4}();
alter table {0} drop column {1};";
