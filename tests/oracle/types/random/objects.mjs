// Schemas' types: enums, domains, composites, ranges, extensions.
import { freshName, quoted } from './names.mjs';
import { EXTENSIONS, anyType } from './types.mjs';

export function createEnum(world) {
  const { dice } = world;
  const place = { schema: world.schema() };
  place.name = world.fresh(place.schema);
  const taken = new Set();
  const labels = Array.from({ length: dice.chance(0.06) ? 0 : dice.range(1, 5) }, () => freshName(dice, taken, { odd: 0.3 }));
  world.add(`create type ${world.ref(place)} as enum (${labels.map(literal).join(', ')})`);
  const type = { ...place, sql: world.ref(place), literal: labels.length > 0 ? literal(labels[0]) : 'null', kind: 'enum', eq: true, labels: taken };
  world.types.push(type);
  world.enums.push(type);
}

export function createDomain(world) {
  const { dice } = world;
  const place = { schema: world.schema() };
  const base = anyType(dice, [...world.enums, ...world.domains, ...world.composites], { arrays: 0.1 });
  place.name = world.fresh(place.schema);
  const notNull = dice.chance(0.3);
  const clauses = [
    dice.chance(0.2) ? ` default ${base.literal}` : '',
    notNull ? ' not null' : '',
    base.kind === 'text' && dice.chance(0.3) ? " check (value <> '')" : '',
  ];
  world.add(`create domain ${world.ref(place)} as ${base.sql}${clauses.join('')}`);
  const type = { ...place, sql: world.ref(place), literal: base.literal, kind: 'other', eq: base.eq, notNull };
  world.types.push(type);
  world.domains.push(type);
}

export function createComposite(world) {
  const { dice } = world;
  const place = { schema: world.schema() };
  const taken = new Set();
  const columns = Array.from({ length: dice.chance(0.05) ? 0 : dice.range(1, 4) }, () => ({
    name: freshName(dice, taken),
    type: anyType(dice, world.types),
  }));
  place.name = world.fresh(place.schema);
  world.add(`create type ${world.ref(place)} as (${columns.map((column) => `${quoted(column.name)} ${column.type.sql}`).join(', ')})`);
  const type = { ...place, sql: world.ref(place), literal: 'null', kind: 'composite', eq: false, columns };
  world.types.push(type);
  world.composites.push(type);
}

export function createRange(world) {
  const place = { schema: world.schema() };
  place.name = world.fresh(place.schema, { odd: 0 });
  const subtype = world.dice.pick(['float8', 'text', 'time', 'int2']);
  world.add(`create type ${world.ref(place)} as range (subtype = ${subtype})`);
  world.types.push({ sql: world.ref(place), literal: "'empty'", kind: 'other', eq: true });
}

export function createExtension(world) {
  const { dice } = world;
  const [name, types] = dice.pick(EXTENSIONS);
  if (world.taken('extension').has(name)) return;
  world.taken('extension').add(name);
  // In public its functions stand in the output too.
  const schema = dice.weighted([[9, 'extensions'], [1, 'public'], [1, world.schemas.at(-1)]]);
  world.add(`create extension if not exists ${name} with schema ${quoted(schema)}`);
  for (const type of types) {
    world.types.push({ ...type, sql: dice.chance(0.5) || !['extensions', 'public'].includes(schema) ? `${quoted(schema)}.${type.sql}` : type.sql });
  }
}

export function literal(text) {
  return `'${text.replaceAll("'", "''")}'`;
}
