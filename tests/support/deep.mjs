// SQL as deep as one asks for: what must never overrun a stack.

const nest = (open, inner, close) => (n) => open.repeat(n) + inner + close.repeat(n);
const select = (expr) => (n) => `select ${expr(n)};`;
const query = (text) => (n) => `${text(n)};`;

/** Parentheses: in WebAssembly they nest to 150. */
export const parentheses = {
  expression: select(nest('(', '1', ')')),
  condition: (n) => `select 1 where ${nest('(', 'a = 1', ')')(n)};`,
  check: (n) => `create table t (a int check (${nest('(', 'a > 0', ')')(n)}));`,
  plpgsql: (n) => `do $$ declare x int; begin x := ${nest('(', '1', ')')(n)}; end $$;`,
};

/** Everything else that nests: in WebAssembly to 60. */
export const constructs = {
  call: select(nest('f(', '1', ')')),
  coalesce: select(nest('coalesce(a, ', '1', ')')),
  case: select(nest('case when a then ', '1', ' end')),
  subquery: select(nest('(select ', '1', ')')),
  'subquery in FROM': query(nest('select 1 from (', 'select 1', ') x')),
  exists: select(nest('exists (select 1 where ', 'true', ')')),
  in: (n) => `select 1 where ${nest('a in (select b where ', 'true', ')')(n)};`,
  array: select(nest('array[', '1', ']')),
  'nested array': (n) => `select array[${nest('[', '1', ']')(n)}];`,
  cast: select(nest('cast(', '1', ' as int)')),
  row: select(nest('row(', '1', ')')),
  subscript: select(nest('a[', '1', ']')),
  not: (n) => `select ${'not '.repeat(n)}true;`,
  minus: (n) => `select ${'- '.repeat(n)}1;`,
  'cast after cast': (n) => `select 1${'::int'.repeat(n)};`,
  between: select(nest('(a between 1 and ', '1', ')')),
  union: query(nest('(', 'select 1', ' union select 1)')),
  with: query(nest('with a as (', 'select 1', ') select 1')),
  join: (n) => `select 1 from ${nest('(', 't', ' join u on true)')(n)};`,
  'union after union': (n) => `select 1${' union all select 1'.repeat(n)};`,
  'join after join': (n) => `select 1 from t${' join u on true'.repeat(n)};`,
  policy: (n) => `create policy p on t using (${nest('exists (select 1 from t where ', 'true', ')')(n)});`,
  block: (n) => `do $$ ${nest('begin ', 'null;', ' end;')(n)} $$;`,
  if: (n) => `do $$ begin ${nest('if true then ', 'null;', ' end if;')(n)} end $$;`,
  loop: (n) => `do $$ begin ${nest('loop ', 'exit;', ' end loop;')(n)} end $$;`,
};

/** Chains of n terms: they reach 5,000. */
export const chains = {
  plus: (n) => `select 1${' + 1'.repeat(n - 1)};`,
  and: (n) => `select true${' and true'.repeat(n - 1)};`,
  or: (n) => `create table t (a int); create policy p on t using (a${' or a'.repeat(n - 1)});`,
  concatenation: (n) => `create table t (a text); create view v as select a${' || a'.repeat(n - 1)} as x from t;`,
  index: (n) => `create table t (a int); create index on t ((a${' + 1'.repeat(n - 1)}));`,
  default: (n) => `create table t (a int default 1${' + 1'.repeat(n - 1)});`,
  plpgsql: (n) => `do $$ begin if 1${' + 1'.repeat(n - 2)} > 0 then null; end if; end $$;`,
};
