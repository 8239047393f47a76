create schema app;
create table app.a (id int primary key);
create function app.f() returns int language sql as 'select 1';
drop schema app;
drop schema app cascade;
select app.f();
create schema app;
create table app.a (id int);
