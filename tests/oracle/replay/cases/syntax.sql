create table good (id int);
create tabel bad (id int);
create table bad (id int,);
alter table good add colum c int d;
create policy p on good for select using true;
create index concurently i on good (id) id;
grant select good to anon;
create table also_good (id int);
select 'it''s' as fine;
