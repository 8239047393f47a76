create table target (id int primary key);
create table parent (id int primary key, a int, b varchar(10));
create table child (c int) inherits (parent);
create table grandchild () inherits (child);
create table stranger (id int not null, a int, b varchar(10));
create table other (id int);
insert into target values (1);
insert into parent values (1, 1, 'x');
insert into child values (2, 1, 'x', 1);
alter table parent add constraint pending check (a > 0) not valid;
alter table stranger add constraint pending check (a > 0);
-- cases
alter table parent add d int;
alter table parent add d int default random();
alter table only parent alter a set default 1;
alter table parent alter a set default 1;
alter table parent alter a type bigint;
alter table parent alter b type varchar(20);
alter table parent alter a set not null;
alter table parent add check (a > 0);
-- 18: public.child ACCESS EXCLUSIVE, public.grandchild ACCESS EXCLUSIVE, public.parent ACCESS EXCLUSIVE scan
alter table parent add constraint own check (a > 0) no inherit;
alter table parent add constraint later check (a > 0) not valid;
-- 18: public.child ACCESS EXCLUSIVE, public.grandchild ACCESS EXCLUSIVE, public.parent ACCESS EXCLUSIVE scan
alter table parent add unique (a);
-- 18: public.child SHARE ROW EXCLUSIVE, public.grandchild SHARE ROW EXCLUSIVE, public.parent SHARE ROW EXCLUSIVE scan, public.parent_pkey ACCESS SHARE, public.target SHARE ROW EXCLUSIVE, public.target_pkey ACCESS SHARE
alter table parent add foreign key (a) references target;
alter table parent drop a;
alter table parent rename a to aa;
alter table parent rename to renamed;
alter table stranger inherit parent;
alter table child no inherit parent;
alter table parent enable row level security;
alter table parent set (fillfactor = 50);
alter table parent alter a set statistics 10;
alter table parent alter b set storage main;
create table next () inherits (parent);
create table next (like parent including all);
create table next (like parent);
create index on parent (a);
drop table child cascade;
truncate parent;
truncate only parent;
lock table parent;
lock table only parent in share mode;
select * from parent;
select * from only parent;
update parent set a = 2;
delete from only parent;
-- 18: public.child SHARE UPDATE EXCLUSIVE, public.grandchild SHARE UPDATE EXCLUSIVE, public.parent SHARE UPDATE EXCLUSIVE, public.parent_pkey ACCESS SHARE
analyze parent;
-- 18: public.parent ACCESS EXCLUSIVE
alter table parent alter a drop not null;
alter table parent validate constraint pending;
alter table parent drop constraint pending;
alter table parent rename constraint pending to settled;
alter table parent alter b set compression pglz;
create publication pub for table parent;
create publication pub for table only parent;
create table next (d int) inherits (child);
create view seen as select * from only parent;
insert into child values (5, 1, 'z', 1);
drop table parent cascade;
-- 18: public.child ACCESS EXCLUSIVE scan, public.grandchild ACCESS EXCLUSIVE
alter table child add unique (c);
