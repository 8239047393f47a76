create table public.notes (id bigint generated always as identity primary key, body text not null, author uuid, made_at timestamptz default now());
create table public.authors (id uuid primary key, name text, name_again text generated always as (name) stored);
create type public.mood as enum ('good', 'bad');
create schema tools;
create function tools.twice(n int) returns int language sql as 'select n * 2';
insert into public.notes (body) values ('a');

-- Each function is called alone: it ends in one error, or in none.
create function public.case_table() returns void language plpgsql as $$ begin perform 1 from public.note; end $$;
create function public.case_table_in_path() returns void language plpgsql set search_path = '' as $$ begin perform 1 from notes; end $$;
create function public.case_table_qualified() returns void language plpgsql set search_path = '' as $$ begin perform 1 from public.notes; end $$;
create function public.case_schema() returns void language plpgsql as $$ begin perform 1 from nowhere.notes; end $$;
create function public.case_column() returns bigint language plpgsql as $$ begin return (select text from public.notes n where n.id = 1); end $$;
create function public.case_column_of_alias() returns bigint language plpgsql as $$ begin return (select n.text from public.notes n); end $$;
create function public.case_alias() returns bigint language plpgsql as $$ begin return (select m.id from public.notes n); end $$;
create function public.case_table_for_alias() returns bigint language plpgsql as $$ begin return (select notes.id from public.notes n); end $$;
create function public.case_insert() returns void language plpgsql as $$ begin insert into public.notes (text) values ('x'); end $$;
create function public.case_update() returns void language plpgsql as $$ begin update public.notes set text = 'x'; end $$;
create function public.case_update_condition() returns void language plpgsql as $$ begin update public.notes set body = 'x' where writer is null; end $$;
create function public.case_delete() returns void language plpgsql as $$ begin delete from public.notes using public.writers w where w.id = author; end $$;
create function public.case_conflict() returns void language plpgsql as $$ begin insert into public.authors (id) values (gen_random_uuid()) on conflict (id) do update set nick = 'x'; end $$;
create function public.case_returning() returns bigint language plpgsql as $$ declare found_id bigint; begin insert into public.notes (body) values ('x') returning number into found_id; return found_id; end $$;
create function public.case_function() returns void language plpgsql as $$ begin perform tools.thrice(1); end $$;
create function public.case_function_types() returns void language plpgsql as $$ begin perform tools.twice('2024-01-01'::date); end $$;
create function public.case_function_path() returns void language plpgsql as $$ begin perform twice(1); end $$;
create function public.case_function_there() returns void language plpgsql set search_path = tools as $$ begin perform twice(1); end $$;
create function public.case_operator() returns boolean language plpgsql as $$ declare n int := 1; d date := now(); begin return n = d; end $$;
create function public.case_type() returns void language plpgsql as $$ begin perform 'good'::public.moods; end $$;
create function public.case_ambiguous() returns table (id bigint, body text) language plpgsql as $$ begin return query select id, body from public.notes; end $$;
create function public.case_ambiguous_condition(author uuid default null) returns void language plpgsql as $$ begin update public.notes set body = 'x' where author = author; end $$;
create function public.case_not_ambiguous() returns table (id bigint, body text) language plpgsql as $$ begin return query select n.id, n.body from public.notes n; end $$;
create function public.case_use_column() returns table (id bigint, body text) language plpgsql as $$
#variable_conflict use_column
begin return query select id, body from public.notes; end $$;
create function public.case_insert_columns_are_not_ambiguous(body text default 'x') returns void language plpgsql as $$ begin insert into public.notes (body) values (body); end $$;
create function public.case_set_is_not_ambiguous(name_of text default 'x', name text default 'x') returns void language plpgsql as $$ begin update public.authors a set name = name_of where a.name = 'x'; end $$;
create function public.case_in_branch() returns void language plpgsql as $$ begin if true then perform 1 from public.none; end if; end $$;
create function public.case_in_loop() returns void language plpgsql as $$ declare r record; begin for r in select n.id from public.notes n loop perform r.id from public.none; end loop; end $$;
create function public.case_loop_query() returns void language plpgsql as $$ declare r record; begin for r in select * from public.none loop null; end loop; end $$;
create function public.case_record_field() returns void language plpgsql as $$ declare r record; begin select n.id, n.body into r from public.notes n; perform r.id, r.body; end $$;
create function public.case_assignment() returns void language plpgsql as $$ declare n int; begin n := (select count(*) from public.none); end $$;
create function public.case_condition() returns void language plpgsql as $$ begin if exists (select 1 from public.none) then null; end if; end $$;
create function public.case_return() returns boolean language plpgsql as $$ begin return exists (select 1 from public.notes where nobody is null); end $$;
create function public.case_default() returns void language plpgsql as $$ declare n int := (select count(*) from public.none); begin null; end $$;
create function public.case_with() returns void language plpgsql as $$ begin with a as (select 1 as x) select a.y from a; end $$;
create function public.case_raise() returns void language plpgsql as $$ begin raise notice '%', (select count(*) from public.none); end $$;
create function public.case_execute_argument() returns void language plpgsql as $$ begin execute 'select $1' using (select none from public.notes); end $$;
create function public.case_temporary() returns bigint language plpgsql as $$ begin create temp table numbers (n bigint) on commit drop; insert into numbers values (1); return (select sum(n) from numbers); end $$;
create function public.case_handled() returns bigint language plpgsql as $$ begin return (select count(*) from public.none); exception when undefined_table then return 0; end $$;
create function public.case_looks_first() returns bigint language plpgsql as $$ begin if to_regclass('public.none') is not null then return (select count(*) from public.none); end if; return 0; end $$;
create function public.case_special() returns boolean language plpgsql as $$ begin delete from public.notes where body = 'none'; return found; end $$;
create function public.case_label() returns int language plpgsql as $$ <<outside>> declare n int := 1; begin return outside.n; end $$;
create function public.case_parameter_by_function(n int default 2) returns int language plpgsql as $$ begin return case_parameter_by_function.n; end $$;
create function public.case_positional(n int default 2) returns int language plpgsql as $$ begin return $1 + n; end $$;
create function public.case_row_type() returns text language plpgsql as $$ declare n public.notes; begin select * into n from public.notes limit 1; return n.body; end $$;
create function public.case_sequence() returns bigint language plpgsql as $$ begin return (select last_value from public.notes_id_seq); end $$;
create function public.case_enum() returns public.mood language plpgsql as $$ begin return 'good'::public.mood; end $$;
create function public.case_aggregate() returns bigint language plpgsql as $$ begin return (select count_all(n.id) from public.notes n); end $$;
create function public.case_merge() returns void language plpgsql as $$ begin merge into public.notes n using public.none s on s.id = n.id when matched then delete; end $$;
create function public.case_lateral() returns void language plpgsql as $$ begin perform 1 from public.notes n, lateral (select x.id from public.authors x where x.id = n.owner) o; end $$;

-- What a body in SQL names may go after the function was made.
create table public.gone (id int, kept int, dropped int);
create table public.gone_table (id int);
create function public.case_sql_table() returns bigint language sql as 'select count(*) from public.gone_table';
drop table public.gone_table;
create function public.case_sql_column() returns bigint language sql as 'select max(dropped) from public.gone';
create function public.case_sql_stays() returns bigint language sql as 'select max(kept) from public.gone';
alter table public.gone drop column dropped;
