// Loads supabase.sql into a fresh PostgreSQL server and compares its catalog with the facts: node --test scripts/base

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { startCluster } from './cluster.mjs';
import { facts as introspect } from './introspect.mjs';

const facts = JSON.parse(readFileSync(new URL('facts/supabase.json', import.meta.url), 'utf8'));
const sql = new URL('../../src/catalog/base/supabase.sql', import.meta.url);
let cluster;
let held;

before(async () => {
  cluster = await startCluster();
  const database = await cluster.database('supabase');
  await database.run(readFileSync(sql, 'utf8'));
  held = await introspect(database.query);
});

after(() => cluster?.stop());

/** Lists that are sets, in one order. */
const AS_SETS = {
  acl: (acl) => acl.slice(1, -1).split(',').sort(),
  member_of: (names) => [...names].sort(),
  admin_of: (names) => [...names].sort(),
};

function comparable(objects) {
  const plain = objects.map((object) =>
    Object.fromEntries(
      Object.entries(object)
        .sort()
        .map(([key, value]) => [key, AS_SETS[key]?.(value) ?? value]),
    ),
  );
  const key = (o) => JSON.stringify([o.schema, o.role, o.name, o.object, o.args]);
  return Object.fromEntries(plain.map((object) => [key(object), object]));
}

for (const section of Object.keys(facts).filter((name) => name !== 'source')) {
  test(`${section} are as the facts say`, () => {
    assert.ok(facts[section].length > 0);
    assert.deepEqual(comparable(held[section]), comparable(facts[section]));
  });
}
