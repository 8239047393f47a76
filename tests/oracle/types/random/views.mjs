// Views, materialized views, what makes them writable, and the comments on their columns.
import { freshName, quoted } from './names.mjs';
import { query } from './queries.mjs';

export function createView(world) {
  const { dice } = world;
  const { sql, columns } = query(world);
  const schema = world.schema();
  const view = { schema, name: world.fresh(schema), kind: dice.chance(0.15) ? 'matview' : 'view', columns, keys: [], query: sql };
  let names = '';
  if (columns.length > 0 && dice.chance(0.12)) {
    const taken = new Set(columns.map(({ name }) => name));
    const count = dice.range(1, columns.length);
    view.columns = columns.map((column, i) => (i < count ? { ...column, name: freshName(dice, taken) } : column));
    names = ` (${view.columns.slice(0, count).map(({ name }) => quoted(name)).join(', ')})`;
  }
  if (view.kind === 'matview') {
    world.add(`create materialized view ${world.ref(view)}${names} as ${sql} with no data`);
  } else {
    const options = dice.pick(['', '', '', ' with (security_invoker = true)', ' with (security_barrier)']);
    world.add(`create ${dice.chance(0.2) ? 'or replace ' : ''}view ${world.ref(view)}${names}${options} as ${sql}`);
    view.replaceable = names === '';
  }
  world.relations.push(view);
  if (view.kind === 'view' && dice.chance(0.14)) makeWritable(world, view);
  if (columns.length > 0 && dice.chance(0.12)) commentColumn(world, view);
}

/** INSTEAD OF triggers and rules. */
export function makeWritable(world, view) {
  const { dice } = world;
  const event = dice.pick(['insert', 'update', 'insert or update', 'insert or update or delete', 'delete']);
  const name = quoted(freshName(dice, new Set(), { odd: 0.1 }));
  if (dice.chance(0.6)) {
    const trigger = { schema: 'public', name: world.fresh('public', { odd: 0 }) };
    world.add(`create function ${world.ref(trigger)}() returns trigger language plpgsql as $$ begin return new; end $$`);
    world.add(`create trigger ${name} instead of ${event} on ${world.ref(view)} for each row execute function ${world.ref(trigger)}()`);
    return;
  }
  const kind = dice.weighted([[5, 'do instead nothing'], [1, 'do also nothing'], [1, 'where (1 = 1) do instead nothing']]);
  const rule = kind.startsWith('where') ? ` where 1 = 1 do instead nothing` : ` ${kind}`;
  world.add(`create rule ${name} as on ${dice.pick(['insert', 'update', 'delete'])} to ${world.ref(view)}${rule}`);
}

export function commentColumn(world, relation) {
  const { dice } = world;
  const { name } = dice.pick(relation.columns);
  const text = dice.pick(['@notNull', '@notNull', 'The one.\n@notNull', '@notNull\nAlways.', ' @notNull ', 'said @notNull here', '@notnull', 'plain', '@notNull please']);
  world.add(`comment on column ${world.ref(relation)}.${quoted(name)} is '${text}'`);
}

/** CREATE OR REPLACE VIEW that adds a column at the end. */
export function replaceView(world) {
  const views = world.relations.filter(({ replaceable, query: sql, columns }) => replaceable && columns.length > 0 && /^select(?!.*\b(union|intersect|except|distinct|group by)\b)/is.test(sql));
  if (views.length === 0) return;
  const view = world.dice.pick(views);
  const taken = new Set(view.columns.map(({ name }) => name));
  const name = freshName(world.dice, taken);
  const sql = `select inside.*, 1 as ${quoted(name)} from (${view.query}) inside`;
  world.add(`create or replace view ${world.ref(view)} as ${sql}`);
  view.columns = [...view.columns, { name, type: { sql: 'integer', literal: '1', kind: 'int', eq: true } }];
  view.query = sql;
}
