// Random schemas: SQL with everything that the type generators look at. The same seed gives the same SQL.
import { change } from './random/changes.mjs';
import { createFunction } from './random/functions.mjs';
import { quoted } from './random/names.mjs';
import { createComposite, createDomain, createEnum, createExtension, createRange } from './random/objects.mjs';
import { createTable } from './random/tables.mjs';
import { createView, makeWritable, replaceView } from './random/views.mjs';
import { World } from './random/world.mjs';

const KINDS = [
  [7, createTable],
  [9, createView],
  [9, createFunction],
  [2, createEnum],
  [1.5, createDomain],
  [1.5, createComposite],
  [0.2, createRange],
  [0.35, createExtension],
  [9, change],
  [0.8, replaceView],
  [0.5, writable],
];

function writable(world) {
  const views = world.tables('view');
  if (views.length > 0) makeWritable(world, world.dice.pick(views));
}

/** `{statements, schemas}`: the SQL, a statement a string, and the schemas to print types of. */
export function randomSchema(seed) {
  const world = new World(seed);
  const { dice } = world;
  for (const schema of world.schemas.slice(1)) world.add(`create schema ${quoted(schema)}`);
  for (let n = dice.range(1, 3); n > 0; n--) createTable(world);
  for (let n = dice.range(15, 60); n > 0; n--) dice.weighted(KINDS)(world);
  const schemas = dice.weighted([
    [6, ['public']],
    [2, ['public', world.schemas[1]]],
    [1, [...world.schemas]],
    [0.6, [world.schemas[1]]],
  ]);
  return { statements: world.statements, schemas };
}
