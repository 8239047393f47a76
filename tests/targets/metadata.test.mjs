// `--target metadata` is what the real introspection says of a real server, and feeds the real generators.
import {
  generateGo,
  generatePython,
  generateSwift,
  generateTypescript,
  parseGeneratorMetadata,
  sortGeneratorMetadata,
} from '@supabase/postgrest-typegen';
import assert from 'node:assert/strict';
import * as path from 'node:path';
import { before, test } from 'node:test';
import { sqlFiles } from '../oracle/server.mjs';
import { metadata as introspected } from '../oracle/types/generators.mjs';
import { project } from '../support/pgdry.mjs';
import { realRows, rich, schemas, types } from './rows.mjs';

const metadata = (file, names) => JSON.parse(types(file, ['--target', 'metadata'], names));
const typesCases = path.join(project, 'tests', 'oracle', 'types', 'cases');
const cases = sqlFiles(typesCases).map((file) => [path.join(typesCases, file), ['public']]);

for (const [file, names] of [[rich, schemas], ...cases]) {
  test(`${path.basename(file)}: the real generator prints what \`--dialect meta\` prints`, async () => {
    const own = parseGeneratorMetadata(metadata(file, names));
    assert.deepEqual(sortGeneratorMetadata(own), own);
    const text = await generateTypescript(own, { detectOneToOneRelationships: true });
    assert.equal(text, types(file, ['--dialect', 'meta'], names));
  });
}

test('the other generators take it', async () => {
  for (const generate of [generateGo, generatePython, generateSwift]) {
    assert.match(await generate(metadata(rich, schemas), { accessControl: 'public' }), /people/i);
  }
});

let real;
before(async () => {
  ({ used: real } = await realRows((server, database) => introspected(server, database, schemas)));
});

// Oids, what only a running server knows, and statements and expressions, which are as they were written.
const OTHER = /^(id|.*_id|bytes|size|.*_rows_estimate|default_value|check|argument_types|complete_statement)$/;

test('every object and every other field is as introspected', () => {
  const own = metadata(rich, schemas);
  for (const [section, objects] of Object.entries(real).filter(([, value]) => Array.isArray(value))) {
    assert.deepEqual(comparable(section, own[section]), comparable(section, objects), section);
  }
});

test('expressions read alike', () => {
  const own = metadata(rich, schemas);
  const column = (from, table, name) => from.columns.find((c) => c.table === table && c.name === name);
  for (const [table, name] of [
    ['people', 'mood'],
    ['people', 'moods'],
    ['people', 'data'],
    ['people', 'score'],
    ['people', 'active'],
    ['people', 'money'],
    ['people', 'created_at'],
    ['people', 'age'],
    ['posts', 'id'],
    ['posts', 'status'],
  ]) {
    const [a, b] = [column(own, table, name), column(real, table, name)];
    assert.deepEqual([a.default_value, a.check], [b.default_value, b.check], `${table}.${name}`);
  }
  const statements = (from) => Object.fromEntries(from.functions.map((f) => [`${f.name}(${f.identity_argument_types})`, f.complete_statement]));
  assert.deepEqual(statements(own), statements(real));
});

function comparable(section, objects) {
  // The stubs that stand for extensions on the test server, and the comments that initdb makes, are not in the catalog.
  const listed = section === 'types' ? objects.filter((type) => type.schema !== 'extensions') : objects;
  const stripped = listed.map((object) => {
    const text = JSON.stringify(object, (key, value) => (key !== '' && OTHER.test(key) ? value !== null : value));
    const plain = JSON.parse(text);
    if (plain.schema === 'pg_catalog') delete plain.comment;
    return plain;
  });
  // Relationships of one key come in the order of the query's plan.
  const sorted = (value) => (section === 'relationships' ? value.map((v) => JSON.stringify(Object.entries(v).sort())).sort() : value);
  return sorted(stripped);
}
