create table t (a int primary key, b int unique);
drop index t_pkey;
drop index t_b_key;
create unique index t_b_better on t (b);
alter table t add constraint t_b_better unique using index t_b_better;
drop index t_b_better;
alter table t drop constraint t_b_better;
drop index t_b_better;
