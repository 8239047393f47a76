-- A byte order mark stands before this.
create table t (a int);
create table t (a int);
