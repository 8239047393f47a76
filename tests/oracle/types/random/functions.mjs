// Functions of every shape; procedures, aggregates and trigger functions, which no generator prints.
import { freshName, quoted } from './names.mjs';
import { BIGINT, INT, JSONB, TEXT, UUID, anyType } from './types.mjs';

export function createFunction(world) {
  world.dice.weighted([
    [9, ordinary],
    [3.5, computedField],
    [1.6, overloads],
    [0.5, procedure],
    [0.4, aggregate],
    [0.4, polymorphic],
  ])(world);
}

/** Relations and composites as types of arguments and results. */
function rows(world) {
  return [...world.relations, ...world.composites].filter(({ columns }) => columns.length > 0);
}

function anyArgument(world) {
  const { dice } = world;
  if (dice.chance(0.08) && rows(world).length > 0) {
    const row = dice.pick(rows(world));
    return { sql: world.ref(row), literal: 'null', row };
  }
  return anyType(dice, world.types);
}

/** Arguments as they are written, `in` ones first; those with defaults at the end. */
function inArguments(world, taken) {
  const { dice } = world;
  const count = dice.weighted([[4, 0], [4, 1], [3, 2], [2, 3], [1, 4]]);
  const unnamed = dice.chance(0.15);
  const withDefaults = dice.chance(0.35) ? dice.range(0, count) : count;
  const args = Array.from({ length: count }, (_, i) => {
    const type = dice.chance(0.15) ? dice.pick([JSONB, TEXT]) : anyArgument(world);
    const bare = unnamed && dice.chance(0.7);
    return { type, name: bare ? '' : freshName(dice, taken), value: i >= withDefaults ? defaultOf(type) : '' };
  });
  if (count > 0 && withDefaults === count && dice.chance(0.06)) {
    args.push({ type: { sql: `${dice.pick(['text', 'int', 'jsonb'])}[]` }, name: dice.chance(0.8) ? freshName(dice, taken) : '', mode: 'variadic ', value: '' });
  }
  return args;
}

function defaultOf(type) {
  return type.row || type.literal === 'null' || type.notNull ? ' default null' : ` default ${type.literal}::${type.sql}`;
}

function written({ mode = '', name, type, value = '' }) {
  return `${mode}${name === '' ? '' : `${quoted(name)} `}${type.sql}${value}`;
}

function ordinary(world) {
  const { dice } = world;
  const taken = new Set();
  const args = inArguments(world, taken);
  const place = placeOf(world);
  const result = anyResult(world, taken);
  // OUT arguments may stand anywhere (the generators then count the defaults wrongly); INOUT ones not behind a default.
  const first = result.outs.some(({ mode }) => mode === 'inout ') || dice.chance(0.3);
  const all = first ? [...result.outs, ...args] : [...args, ...result.outs];
  define(world, place, (args.some(({ mode }) => mode !== undefined) ? [...result.outs, ...args] : all).map(written).join(', '), result);
  world.functions.push({
    ...place,
    args: args.map(({ type }) => type.sql),
    callable: args.every(({ value }) => value !== ''),
    columns: args.length === 0 ? result.columns : undefined,
  });
}

function placeOf(world) {
  const { dice } = world;
  if (world.functions.length > 0 && dice.chance(0.15)) {
    const { schema, name } = dice.pick(world.functions);
    return { schema, name };
  }
  const schema = world.schema();
  return { schema, name: world.fresh(schema) };
}

/** `{outs, returns, body, setof, columns}`. */
function anyResult(world, taken) {
  const { dice } = world;
  const row = rows(world).length > 0 ? dice.pick(rows(world)) : undefined;
  const type = anyType(dice, world.types);
  const outs = (mode) =>
    Array.from({ length: dice.range(1, 3) }, () => ({ mode, name: dice.chance(0.92) ? freshName(dice, taken) : '', type: anyType(dice, world.types) }));
  const nulls = (list) => `select ${list.map((each) => `null::${each.type.sql}`).join(', ')}`;
  return dice.weighted([
    [5, () => ({ outs: [], returns: type.sql, body: `select null::${type.sql}` })],
    [2, () => ({ outs: [], returns: 'void', body: 'select' })],
    [1.5, () => ({ outs: [], returns: `setof ${type.sql}`, body: `select null::${type.sql}`, setof: true })],
    [row ? 3.5 : 0, () => ({ outs: [], returns: `setof ${world.ref(row)}`, body: `select null::${world.ref(row)}`, setof: true, columns: row.columns })],
    [row ? 1.5 : 0, () => ({ outs: [], returns: world.ref(row), body: `select null::${world.ref(row)}`, columns: row.columns })],
    [row ? 0.4 : 0, () => ({ outs: [], returns: `${world.ref(row)}[]`, body: `select null::${world.ref(row)}[]` })],
    [3, () => {
      const columns = Array.from({ length: dice.range(1, 4) }, () => ({ name: freshName(dice, taken), type: anyType(dice, world.types) }));
      return { outs: [], returns: `table (${columns.map((each) => `${quoted(each.name)} ${each.type.sql}`).join(', ')})`, body: nulls(columns), setof: true, columns: columns.length > 1 ? columns : undefined };
    }],
    [1.5, () => {
      const list = outs('out ');
      return { outs: list, returns: undefined, body: nulls(list) };
    }],
    [0.6, () => {
      const list = outs('inout ').map((each) => ({ ...each, name: each.name === '' ? freshName(dice, taken) : each.name }));
      return { outs: list, returns: undefined, body: nulls(list) };
    }],
    [0.6, () => {
      const list = outs('out ');
      return { outs: list, returns: list.length > 1 ? 'setof record' : `setof ${list[0].type.sql}`, body: nulls(list), setof: true };
    }],
    [0.6, () => ({ outs: [], returns: dice.pick(['record', 'setof record']), body: 'select 1, 2' })],
    [0.4, () => ({ outs: [], returns: dice.pick(['trigger', 'event_trigger']), plpgsql: true })],
  ])();
}

function define(world, place, args, { returns, body, setof, plpgsql }) {
  const { dice } = world;
  const or = dice.chance(0.3) ? 'or replace ' : '';
  const clauses = dice.several(['stable', 'security definer', 'strict', "set search_path = ''", 'parallel safe'], dice.range(0, 2)).join(' ');
  const rowsClause = setof || /^setof/.test(returns ?? '') ? dice.weighted([[5, ''], [3, ' rows 1'], [1, ' rows 100']]) : '';
  const head = `create ${or}function ${world.ref(place)}(${args})${returns === undefined ? '' : ` returns ${returns}`}`;
  const options = `${rowsClause} ${clauses}`.trimEnd();
  if (plpgsql || dice.chance(0.25)) {
    world.add(`${head} language plpgsql${options} as $$ begin return${returns === 'void' || setof || returns === undefined || /^(setof|table)/.test(returns) ? '' : ' null'}; end $$`);
  } else if (dice.chance(0.12) && returns !== 'void') {
    world.add(`${head} language sql${options} begin atomic ${body}; end`);
  } else {
    world.add(`${head} language sql${options} as $$ ${body} $$`);
  }
}

/** A function of one row. */
function computedField(world) {
  const { dice } = world;
  const choices = dice.chance(0.1) ? rows(world) : world.relations.filter(({ columns }) => columns.length > 0);
  if (choices.length === 0) return;
  const row = dice.pick(choices);
  const schema = dice.chance(0.85) ? row.schema : world.schema();
  const taken = new Set();
  const column = row.columns.find(({ name }) => !world.taken(schema).has(name));
  // The same name as a column has, or one that another computed field has for another table.
  const others = world.functions.filter((each) => each.schema === schema && each.computed);
  const name = dice.weighted([
    [6, () => world.fresh(schema)],
    [column === undefined ? 0 : 0.7, () => column.name],
    [others.length > 0 ? 1 : 0, () => dice.pick(others).name],
  ])();
  const argument = { name: dice.chance(0.5) ? '' : freshName(dice, taken), type: { sql: world.ref(row) } };
  const more = dice.chance(0.07) ? [{ name: freshName(dice, taken), type: INT, value: ' default 1' }] : [];
  const result = anyResult(world, taken);
  define(world, { schema, name }, [argument, ...more, ...result.outs].map(written).join(', '), result);
  world.functions.push({ schema, name, args: [argument.type.sql], computed: true });
}

/** Functions that PostgREST cannot tell apart, and some that it can. */
function overloads(world) {
  const { dice } = world;
  const schema = world.schema();
  const place = { schema, name: world.fresh(schema) };
  const types = dice.shuffled([INT, TEXT, UUID, JSONB, BIGINT, anyType(dice, world.types)]).slice(0, dice.range(2, 3));
  const argument = freshName(dice, new Set());
  const lists = dice.pick([
    types.map((type) => `${quoted(argument)} ${type.sql}`),
    ['', `${dice.pick([TEXT, JSONB, INT]).sql} default null`],
    ['', `${quoted(argument)} text default 'x'`],
    types.map((type) => type.sql),
    types.map((type, i) => `${quoted(argument)} ${type.sql}${i === 0 ? '' : ', more int'}`),
    types.map((type) => `${quoted(argument)} ${type.sql} default null`),
  ]);
  for (const list of lists) {
    const result = anyResult(world, new Set([argument, 'more']));
    define(world, place, [...result.outs.map(written), list].filter((each) => each !== '').join(', '), result);
    world.functions.push({ ...place, args: [] });
  }
}

function procedure(world) {
  const schema = world.schema();
  world.add(`create procedure ${world.ref({ schema, name: world.fresh(schema) })}(a int, inout b text default 'x') language plpgsql as $$ begin end $$`);
}

function aggregate(world) {
  const schema = world.schema();
  world.add(`create aggregate ${world.ref({ schema, name: world.fresh(schema) })}(int) (sfunc = int4pl, stype = int, initcond = '0')`);
}

function polymorphic(world) {
  const schema = world.schema();
  const [args, returns, body] = world.dice.pick([
    ['a anyelement', 'anyelement', 'select $1'],
    ['a anyarray', 'anyelement', 'select $1[1]'],
    ['a anyelement, b anyelement', 'anyarray', 'select array[$1, $2]'],
    ['anyelement', 'text', "select 'x'"],
    ['variadic a anyarray', 'int', 'select 1'],
    ['a anycompatible, b anycompatible', 'anycompatible', 'select $1'],
    ['a anyenum', 'boolean', 'select true'],
  ]);
  world.add(`create function ${world.ref({ schema, name: world.fresh(schema) })}(${args}) returns ${returns} language sql as $$ ${body} $$`);
}
