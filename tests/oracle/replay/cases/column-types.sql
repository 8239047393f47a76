create table t (a int, b nope);
create table t (a int, b varchar(20), c numeric(10, 2), d timestamptz, e text[], f jsonb, g uuid, h double precision, i interval day to second);
alter table t add column j public.nope;
alter table t add column j extensions.nope;
alter table t alter column b type text;
alter table t alter column a type nope;
alter table t alter column a type bigint using a::bigint;
create table u (a serial, b bigserial, c smallserial);
create table v (a varchar(0));
