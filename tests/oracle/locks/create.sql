create schema apart;
create type pair as (a int, b int);
create table target (id int primary key, code text unique);
create table t (id int primary key, a int, b text default 'x', s serial);
create index t_a on t (a);
create sequence seq;
insert into target values (1);
insert into t values (1, 1);
-- cases
create table more (id int primary key);
create table more (id int references target);
create table more (id int references target, code text references target (code), self int references t);
create table more (like t);
create table more (like t including all);
create table more (like t including indexes including defaults);
create table more of pair;
create table more (id int) partition by list (id);
create temporary table more (id int);
create unlogged table more (id int);
create table if not exists t (id int);
create sequence more;
create sequence more owned by t.a;
create schema more;
create type more as (a int);
create domain more as int;
create function f(t) returns int language sql as 'select 1';
create function f() returns t language sql as 'select * from t limit 1';
create statistics st on id, a from t;
create publication pub for table t;
create publication pub for table t, target;
create publication pub for tables in schema public;
create publication pub for all tables;
create table more (id int default nextval('seq'));
-- 18: public.t ACCESS SHARE
grant select on t to public;
-- 18: public.t ACCESS SHARE
grant select (a) on t to public;
-- 18: public.seq ACCESS SHARE
grant usage on sequence seq to public;
grant select on all tables in schema public to public;
-- 18: public.t ACCESS SHARE
revoke all on t from public;
alter default privileges grant select on tables to public;
do $$ begin alter table t add c int; end $$;
do $$ begin create index on t (b); end $$;
