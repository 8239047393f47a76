create schema apart;
create role someone;
create table t (id int primary key, a int, b int);
create table target (id int primary key);
create table apart.one (id int);
create index t_a on t (a);
create publication pub for table t;
create publication everything for all tables;
create statistics st on a, b from t;
-- cases
alter publication pub add table target;
alter publication pub drop table t;
alter publication pub set table target;
alter publication pub set table t;
alter publication pub set (publish = 'insert');
alter publication pub rename to published;
alter publication pub owner to someone;
alter publication pub add tables in schema apart;
create publication more for table t (id, a);
create publication more for table t where (a > 0);
drop publication pub;
create statistics more on a, b from t;
create statistics more (ndistinct) on a, b from t;
alter statistics st set statistics 100;
alter statistics st rename to more;
drop statistics st;
comment on statistics st is 'x';
-- 18: public.t ACCESS SHARE
grant select on t to someone;
-- 18: public.t ACCESS SHARE
revoke select on t from public;
grant all on all tables in schema public to someone;
