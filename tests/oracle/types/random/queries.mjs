// Queries for views: `{sql, columns: [{name, type}]}`. Joins, set operations, CTEs, aggregates and the rest, typed well enough that the
// server takes nearly all of them.
import { freshName, quoted } from './names.mjs';
import { BIGINT, BOOL, INT, JSONB, NOW, NUMERIC, TEXT, arrayOf } from './types.mjs';

/** A query for a view; `depth` says how many levels of subqueries there may be. */
export function query(world, depth = 2) {
  if (world.relations.length === 0) return valuesQuery(world);
  return world.dice.weighted([
    [5, () => simple(world)],
    [7, () => joined(world, depth)],
    [2.5, () => grouped(world, depth)],
    [1, () => distinct(world, depth)],
    [1.5, () => setOperation(world)],
    [depth > 0 ? 1.6 : 0, () => withQuery(world, depth)],
    [0.8, () => recursive(world)],
    [0.3, () => valuesQuery(world)],
  ])();
}

/** One table or view, columns as they are or nearly: what is often updatable. */
function simple(world) {
  const { dice } = world;
  const scope = new Scope(world);
  const from = scope.relation();
  const list = new SelectList(world);
  if (dice.chance(0.3)) list.star(scope.items[0], dice.chance(0.5) ? '*' : `${scope.items[0].alias}.*`);
  else for (const column of dice.shuffled(scope.columns())) if (dice.chance(0.7)) list.column(column);
  if (dice.chance(0.25) || list.columns.length === 0) list.expression(scope);
  const where = dice.chance(0.3) ? ` where ${scope.condition()}` : '';
  const tail = dice.weighted([[12, ''], [0.4, ' limit 10'], [0.4, ' offset 1'], [0.6, ' order by 1']]);
  return list.done(`from ${from}${where}${tail.includes('order') && !sortable(list.columns[0]) ? '' : tail}`);
}

function joined(world, depth) {
  const { dice } = world;
  const scope = new Scope(world);
  const from = scope.from(depth);
  const list = new SelectList(world);
  if (dice.chance(0.15) && scope.distinctNames()) list.star({ columns: scope.columns() }, '*');
  else if (dice.chance(0.2)) list.star(dice.pick(scope.items.filter(({ columns }) => columns.length > 0)));
  for (const column of dice.several(scope.columns(), dice.range(1, 7))) list.column(column);
  for (let n = dice.weighted([[4, 0], [3, 1], [2, 2], [1, 3]]); n > 0; n--) list.expression(scope);
  const where = dice.chance(0.35) ? ` where ${scope.condition()}` : '';
  return list.done(`from ${from}${where}${dice.chance(0.05) ? ' limit 5' : ''}`);
}

function grouped(world, depth) {
  const { dice } = world;
  const scope = new Scope(world);
  const from = scope.from(dice.chance(0.5) ? 0 : depth);
  const list = new SelectList(world);
  const keys = dice.several(scope.columns().filter(({ type }) => type.eq), dice.range(0, 3));
  for (const column of keys) list.column(column);
  const aggregates = dice.range(keys.length === 0 ? 1 : 0, 3);
  for (let n = aggregates; n > 0; n--) list.aggregate(scope);
  const names = keys.map(({ sql }) => sql);
  const by = dice.weighted([
    [8, names.join(', ')],
    [0.7, `rollup (${names.join(', ')})`],
    [0.5, `cube (${names.join(', ')})`],
    [0.7, `grouping sets ((${names[0]}), (${names.join(', ')}))`],
    [0.8, names.map((_, i) => i + 1).join(', ')],
  ]);
  const group = keys.length > 0 ? ` group by ${by}` : '';
  const having = dice.chance(0.15) ? ' having count(*) > 1' : '';
  const where = dice.chance(0.2) ? ` where ${scope.condition()}` : '';
  return list.done(`from ${from}${where}${group}${having}`);
}

function distinct(world, depth) {
  const { dice } = world;
  const scope = new Scope(world);
  const from = scope.from(dice.chance(0.6) ? 0 : depth);
  const list = new SelectList(world);
  const comparable = scope.columns().filter(({ type }) => type.eq);
  for (const column of dice.several(comparable, dice.range(1, 4))) list.column(column);
  if (list.columns.length === 0) list.add('1', '?column?', INT);
  const first = comparable.find(({ sql }) => list.columns[0].source === sql && sortable(list.columns[0]));
  if (first !== undefined && dice.chance(0.4)) return list.done(`from ${from} order by ${first.sql}`, `select distinct on (${first.sql})`);
  return list.done(`from ${from}`, 'select distinct');
}

function setOperation(world) {
  const { dice } = world;
  const relation = dice.pick(world.relations);
  const columns = dice.several(relation.columns.filter(({ type }) => type.eq), 4);
  if (columns.length === 0) return simple(world);
  const arm = () =>
    dice.weighted([
      [3, `select ${columns.map(({ name }) => quoted(name)).join(', ')} from ${world.ref(relation)}`],
      [1, `select ${columns.map(({ type }) => `null::${type.sql}`).join(', ')}`],
      [1, `(select ${columns.map(({ name, type }) => `${quoted(name)}::${type.sql}`).join(', ')} from ${world.ref(relation)} where true)`],
    ]);
  const operator = () => dice.weighted([[4, 'union all'], [3, 'union'], [1, 'intersect'], [1, 'except']]);
  const first = `select ${columns.map(({ name }) => quoted(name)).join(', ')} from ${world.ref(relation)}`;
  const arms = [first, ...Array.from({ length: dice.range(1, 2) }, () => `${operator()} ${arm()}`)];
  relation.used = true;
  return { sql: arms.join('\n'), columns: columns.map(({ name, type }) => ({ name, type })) };
}

function withQuery(world, depth) {
  const { dice } = world;
  const taken = new Set();
  const ctes = Array.from({ length: dice.range(1, 2) }, () => {
    const { sql, columns } = query(world, 0);
    const name = freshName(dice, taken, { odd: 0.05 });
    const renamed = dice.chance(0.2) ? new Set() : undefined;
    const named = renamed === undefined ? columns : columns.map(({ type }) => ({ name: freshName(dice, renamed), type }));
    const head = quoted(name) + (renamed === undefined ? '' : ` (${named.map((column) => quoted(column.name)).join(', ')})`);
    return { name, columns: named, sql: `${head} as ${dice.pick(['', '', 'materialized ', 'not materialized '])}(${sql})` };
  }).filter(({ columns }) => columns.length > 0);
  if (ctes.length === 0) return simple(world);
  const scope = new Scope(world, { ctes });
  const from = scope.from(depth - 1);
  const list = new SelectList(world);
  if (dice.chance(0.3) && scope.distinctNames()) list.star({ columns: scope.columns() }, '*');
  else for (const column of dice.several(scope.columns(), 5)) list.column(column);
  if (dice.chance(0.3)) list.expression(scope);
  const body = list.done(`from ${from}`);
  return { ...body, sql: `with ${ctes.map(({ sql }) => sql).join(', ')} ${body.sql}` };
}

function recursive(world) {
  const { dice } = world;
  const table = dice.pick(world.relations);
  const column = table.columns.find(({ type }) => type.kind === 'int');
  if (column === undefined || dice.chance(0.4)) {
    const extra = dice.chance(0.5) ? ', n::text as label' : '';
    const sql = `with recursive steps(n) as (select 1 union all select n + 1 from steps where n < 5) select n${extra} from steps`;
    return { sql, columns: [{ name: 'n', type: INT }, ...(extra === '' ? [] : [{ name: 'label', type: TEXT }])] };
  }
  table.used = true;
  const name = quoted(column.name);
  const first = `select t.${name}, 0 as depth from ${world.ref(table)} t`;
  const next = `select c.${name}, tree.depth + 1 from ${world.ref(table)} c join tree on tree.${name} = c.${name} where tree.depth < 3`;
  const columns = [{ name: column.name, type: column.type }, { name: 'depth', type: INT }];
  return { sql: `with recursive tree as (${first} union all ${next}) select * from tree`, columns };
}

function valuesQuery(world) {
  const type = world.dice.pick([TEXT, NUMERIC, BOOL]);
  const columns = [{ name: 'column1', type: INT }, { name: 'column2', type }];
  return { sql: `values (1, ${type.literal}), (2, null)`, columns };
}

/** Whether ORDER BY takes it; enough for where it is used. */
function sortable(column) {
  return column !== undefined && ['int', 'text', 'date', 'uuid', 'number'].includes(column.type.kind);
}

/** What a FROM clause brings into sight. */
class Scope {
  items = [];
  #world;
  #dice;
  #ctes;
  #aliases = new Set();

  constructor(world, { ctes = [] } = {}) {
    this.#world = world;
    this.#dice = world.dice;
    this.#ctes = ctes;
  }

  /** Every column in sight: `{name, type, sql}`. */
  columns() {
    return this.items.flatMap(({ alias, columns }) =>
      columns.map(({ name, type }) => ({ name, type, sql: alias === '' ? quoted(name) : `${alias}.${quoted(name)}` })),
    );
  }

  distinctNames() {
    const names = this.columns().map(({ name }) => name);
    return new Set(names).size === names.length;
  }

  /** One to three items, joined. */
  from(depth) {
    const count = this.#dice.weighted([[4, 1], [4, 2], [2, 3]]);
    let sql = this.#item(depth, this.#ctes.length > 0);
    let listed = false; // a comma stands in it: no parentheses around
    for (let i = 1; i < count; i++) {
      if (this.#dice.chance(0.08)) {
        sql += `, ${this.#item(depth)}`;
        listed = true;
        continue;
      }
      // JOIN binds closer than the comma: after one, ON cannot name what stands before it.
      const earlier = listed ? this.#last() : this.columns();
      const seen = this.columns().length;
      const kind = this.#dice.weighted([[4, 'join'], [1, 'inner join'], [4, 'left join'], [1, 'right join'], [1, 'full join'], [0.7, 'cross join']]);
      const item = this.#item(depth);
      const condition = this.#joinCondition(earlier, this.columns().slice(seen));
      sql += ` ${kind} ${item}${kind === 'cross join' ? '' : ` on ${condition}`}`;
      if (!listed && this.#dice.chance(0.1)) sql = `(${sql})`;
    }
    return sql;
  }

  #last() {
    return this.columns().slice(-this.items.at(-1).columns.length || Infinity);
  }

  #joinCondition(earlier, later) {
    const { sql: left, type } = earlier.length > 0 ? this.#dice.pick(earlier) : { type: {} };
    const pairs = [];
    for (const one of earlier) {
      for (const other of later) if (one.type.sql === other.type.sql && one.type.eq) pairs.push(`${one.sql} = ${other.sql}`);
    }
    if (pairs.length > 0) return this.#dice.pick(pairs);
    return type.kind === 'bool' ? left : 'true';
  }

  #item(depth, cte = this.#ctes.length > 0 && this.#dice.chance(0.5)) {
    if (cte) {
      const { name, columns } = this.#dice.pick(this.#ctes);
      return this.#as(quoted(name), columns);
    }
    const readable = this.#world.functions.filter(({ callable, columns }) => callable && columns !== undefined);
    return this.#dice.weighted([
      [10, () => this.relation()],
      [depth > 0 ? 2 : 0, () => this.#subquery(depth)],
      [0.4, () => this.#columnsOf('generate_series(1, 3)', [{ name: 'n', type: INT }])],
      [0.3, () => this.#columnsOf("(values (1, 'one'), (2, 'two'))", [{ name: 'num', type: INT }, { name: 'word', type: TEXT }])],
      [0.3, () => this.#columnsOf("unnest(array['a', 'b']) with ordinality", [{ name: 'element', type: TEXT }, { name: 'nth', type: BIGINT }])],
      [0.3, () => this.#recordset()],
      [readable.length > 0 ? 1.5 : 0, () => this.#function(readable)],
      [this.items.length > 0 ? 0.7 : 0, () => this.#lateral()],
    ])();
  }

  relation() {
    const relation = this.#dice.pick(this.#world.relations);
    relation.used = true;
    if (this.#dice.chance(0.04)) {
      const taken = new Set();
      const columns = relation.columns.map(({ type }) => ({ name: freshName(this.#dice, taken), type }));
      if (columns.length > 0) return this.#columnsOf(this.#world.ref(relation), columns);
    }
    const only = relation.kind === 'table' && this.#dice.chance(0.03) ? 'only ' : '';
    return only + this.#as(this.#world.ref(relation), relation.columns, true);
  }

  #alias() {
    const alias = quoted(freshName(this.#dice, this.#aliases, { odd: 0.03 }));
    return alias;
  }

  #as(sql, columns, row = false) {
    const alias = this.#alias();
    this.items.push({ alias, columns, row });
    return `${sql} ${this.#dice.chance(0.5) ? 'as ' : ''}${alias}`;
  }

  /** `sql AS alias(columns…)`. */
  #columnsOf(sql, columns) {
    const alias = this.#alias();
    this.items.push({ alias, columns, row: false });
    return `${sql} as ${alias}(${columns.map(({ name }) => quoted(name)).join(', ')})`;
  }

  #subquery(depth) {
    const { sql, columns } = query(this.#world, depth - 1);
    return this.#as(`(${sql})`, columns);
  }

  #recordset() {
    const alias = this.#alias();
    this.items.push({ alias, columns: [{ name: 'p', type: INT }, { name: 'q', type: TEXT }], row: false });
    return `jsonb_to_recordset('[]'::jsonb) as ${alias}(p integer, q text)`;
  }

  #function(readable) {
    const called = this.#dice.pick(readable);
    return this.#as(`${this.#world.ref(called)}()`, called.columns);
  }

  #lateral() {
    const outer = this.columns();
    const relation = this.#dice.pick(this.#world.relations);
    relation.used = true;
    const [column] = relation.columns;
    if (column === undefined || outer.length === 0) return this.relation();
    const match = outer.find(({ type }) => type.sql === column.type.sql && type.eq);
    const where = match === undefined ? '' : ` where inside.${quoted(column.name)} = ${match.sql}`;
    const columns = [{ name: column.name, type: column.type }, { name: 'outer_value', type: outer[0].type }];
    if (column.name === 'outer_value') columns.pop();
    const more = columns.length > 1 ? `, ${outer[0].sql} as outer_value` : '';
    return this.#as(`lateral (select inside.${quoted(column.name)}${more} from ${this.#world.ref(relation)} inside${where})`, columns);
  }

  condition() {
    const columns = this.columns();
    if (columns.length === 0) return 'true';
    const { sql, type } = this.#dice.pick(columns);
    return this.#dice.pick([
      `${sql} is not null`,
      `${sql} is null`,
      type.kind === 'int' ? `${sql} > 3` : 'true',
      type.kind === 'text' ? `${sql} = 'x'` : `${sql} is not null and true`,
      type.kind === 'bool' ? sql : '1 = 1',
      'exists (select 1)',
    ]);
  }
}

/** A select list under construction: names that a view may have, each once. */
class SelectList {
  columns = [];
  #parts = [];
  #taken = new Set();
  #dice;

  constructor(world) {
    this.world = world;
    this.#dice = world.dice;
  }

  /** `sql`, under the name that it would have by itself if that is free (and chance agrees). */
  add(sql, name, type, source) {
    const keeps = name !== undefined && !this.#taken.has(name) && this.#dice.chance(0.75);
    const chosen = keeps ? name : freshName(this.#dice, this.#taken, { odd: 0.08 });
    this.#taken.add(chosen);
    this.#parts.push(keeps ? sql : `${sql} as ${quoted(chosen)}`);
    this.columns.push({ name: chosen, type, source });
  }

  column({ name, type, sql }) {
    this.add(sql, name, type, sql);
  }

  star(item, sql = `${item.alias}.*`) {
    if (item.columns.length === 0 || item.columns.some(({ name }) => this.#taken.has(name))) return;
    this.#parts.push(sql);
    for (const { name, type } of item.columns) {
      this.#taken.add(name);
      this.columns.push({ name, type });
    }
  }

  /** Something computed from what is in sight. */
  expression(scope) {
    const dice = this.#dice;
    const columns = scope.columns();
    const of = (...kinds) => columns.find(({ type }) => kinds.includes(type.kind)) ?? { sql: 'null::integer', type: INT, name: 'int4', none: true };
    const any = columns.length > 0 ? dice.pick(columns) : { sql: '1', type: INT, name: '?column?' };
    const int = of('int');
    const text = of('text');
    const jsonb = of('jsonb');
    const row = scope.items.find((item) => item.row && item.columns.length > 0);
    const [sql, name, type] = dice.weighted([
      [2, [`coalesce(${any.sql}, null)`, 'coalesce', any.type]],
      [1, [`coalesce(${int.sql}, 0)`, 'coalesce', int.none ? INT : int.type]],
      [1.5, [`${any.sql}::text`, any.name === '?column?' ? 'text' : any.name, TEXT]],
      [1, [`case when ${scope.condition()} then ${any.sql} end`, any.name === '?column?' ? 'case' : undefined, any.type]],
      [1, ['case when true then 1 else 2 end', 'case', INT]],
      [1, [`${int.sql} + 1`, '?column?', int.none ? INT : int.type]],
      [1, [`${text.sql} || 'x'`, '?column?', TEXT]],
      [1, [`${dice.pick(['1', "'lit'", 'true', 'null', '1.5'])}`, undefined, TEXT, 'untyped']],
      [0.7, ["'x'::text", 'text', TEXT]],
      [0.7, ['now()', 'now', NOW]],
      [0.4, ['current_user', 'current_user', { ...TEXT, sql: 'name' }]],
      [1, [`row_number() over (${dice.pick(['', 'order by 1'])})`, 'row_number', BIGINT]],
      [0.6, [`lag(${any.sql}) over ()`, 'lag', any.type]],
      [0.8, [`(select count(*) from ${this.world.ref(dice.pick(this.world.relations))})`, 'count', BIGINT]],
      [0.6, ['exists (select 1)', 'exists', BOOL]],
      [1, jsonb.none ? ["'{}'::jsonb", 'jsonb', JSONB] : [`${jsonb.sql} ->> 'key'`, '?column?', TEXT]],
      [0.8, [`array[${any.sql}]`, 'array', any.type.kind === 'array' ? any.type : arrayOf(any.type)]],
      [0.8, [`jsonb_build_object('a', ${any.sql})`, 'jsonb_build_object', JSONB]],
      [row === undefined ? 0 : 0.8, [`to_jsonb(${row?.alias})`, 'to_jsonb', JSONB]],
      [row === undefined ? 0 : 0.6, [row?.alias, undefined, { sql: 'record', literal: 'null', kind: 'row', eq: false, pseudo: true }]],
      [0.5, [`${any.sql} is not null`, '?column?', BOOL]],
      [0.5, [`nullif(${int.sql}, 0)`, 'nullif', int.none ? INT : int.type]],
      [0.5, [`greatest(${int.sql}, 1)`, 'greatest', int.none ? INT : int.type]],
    ]);
    // A domain's or a short integer's result differs from its operand; only where a later statement repeats the type does it matter.
    this.add(sql, name, type);
  }

  aggregate(scope) {
    const dice = this.#dice;
    const columns = scope.columns();
    const any = columns.length > 0 ? dice.pick(columns) : { sql: '1', type: INT };
    const ordered = columns.find(({ type }) => ['int', 'date'].includes(type.kind)) ?? { sql: '1', type: INT };
    const [sql, name, type] = dice.weighted([
      [3, ['count(*)', 'count', BIGINT]],
      [1, [`count(distinct ${ordered.sql})`, 'count', BIGINT]],
      [1.5, [`max(${ordered.sql})`, 'max', ordered.type]],
      [1, [`count(${any.sql}) filter (where true)`, 'count', BIGINT]],
      [1, any.type.kind === 'array' ? ['sum(1)', 'sum', BIGINT] : [`array_agg(${any.sql})`, 'array_agg', arrayOf(any.type)]],
      [1, [`jsonb_agg(${any.sql})`, 'jsonb_agg', JSONB]],
      [0.7, [`string_agg(${any.sql}::text, ',')`, 'string_agg', TEXT]],
      [0.5, ['bool_or(true)', 'bool_or', BOOL]],
    ]);
    this.add(sql, name, type);
  }

  done(rest, select = 'select') {
    return { sql: `${select} ${this.#parts.join(', ')} ${rest}`, columns: this.columns.map(({ name, type }) => ({ name, type })) };
  }
}
