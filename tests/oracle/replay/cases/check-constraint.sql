create table t (a int check (a > 0), b text constraint b_short check (length(b) < 10));
alter table t add constraint b_short check (b <> '');
alter table t add constraint b_long check (nope <> '');
alter table t drop constraint t_a_check;
alter table t drop constraint t_a_check;
alter table t rename constraint b_short to b_fine;
alter table t rename constraint b_short to b_other;
alter table t validate constraint b_fine;
alter table t validate constraint nope;
