create table t (id int, x text, u uuid, d date, j json, ok boolean, p point);
create table s (id bigint, x varchar(10));
select id from t limit x;
select id from t limit id;
values (1), (2, 3);
