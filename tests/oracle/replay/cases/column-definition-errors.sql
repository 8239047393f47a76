create table t (a text generated always as identity);
create table t (a int null primary key);
create table t (a int, constraint c check (a > 0), constraint c check (a > 1));
