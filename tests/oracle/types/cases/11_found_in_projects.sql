-- What migrations of real projects showed: schema public
create table readings (id int primary key, kind text, n bigint, spent interval, price numeric, at timestamptz);
create view medians as
select kind, percentile_cont(0.95) within group (order by id) filter (where n > 1) as p95, percentile_cont(0.5) within group (order by spent) as spent,
  percentile_cont(array[0.5, 0.9]) within group (order by price) as prices, percentile_disc(0.5) within group (order by at) as at,
  mode() within group (order by kind) as usual, rank(1) within group (order by id) as place, round(percentile_cont(0.5) within group (order by n)::numeric, 2) as rounded
from readings group by kind;

-- A function's column in FROM has its OUT argument's name, and the item's name stands for its value.
create view elements as select o.value, o ->> 'a' as a, o from jsonb_array_elements('[]') o;
create view all_of_them as select * from jsonb_array_elements_text('[]') o;
create function one() returns table (n int) language sql as $$ select 1 $$;
create view ones as select q.n, q, q + 1 as more from one() q;
create function reading(out r readings) language sql as $$ select * from readings $$;
create view read as select * from reading() q;
create function unnamed(x int, out int) language sql as $$ select 1 $$;
create view named as select q.q, q as whole from unnamed(1) q;
create function same(inout e anyelement) language sql as $$ select e $$;
create view sames as select q.e, q from same('x'::text) q;
create view keys as select k from jsonb_object_keys('{}') k;
create view counted as select x, count(*) from jsonb_array_elements_text('[]') x group by x;

-- A function that a block makes of another's definition.
do $block$
declare definition text;
begin
  select pg_catalog.pg_get_functiondef('public.one()'::regprocedure) into definition;
  if pg_catalog.strpos(definition, 'select 1') = 0 then raise exception 'another function'; end if;
  execute pg_catalog.replace(definition, 'public.one(', 'public.one_more(');
end $block$;
