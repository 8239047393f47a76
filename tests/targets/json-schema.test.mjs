// `--target json-schema` is valid draft 2020-12, and takes what a real server sends.
import Ajv from 'ajv/dist/2020.js';
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { realRows, rich, types } from './rows.mjs';

let real;
let document;
const ajv = new Ajv({ strict: true, allowUnionTypes: true, allErrors: true });
before(async () => {
  document = JSON.parse(types(rich, ['--target', 'json-schema']));
  ajv.addSchema(document, 'pgdry');
  real = await realRows();
});

/** The validator of a definition. */
function definition(key) {
  const pointer = encodeURIComponent(key.replaceAll('~', '~0').replaceAll('/', '~1'));
  const validate = ajv.getSchema(`pgdry#/$defs/${pointer}`);
  assert.ok(validate, key);
  return validate;
}

function accepts(key, value) {
  const validate = definition(key);
  assert.ok(validate(value), `${key}: ${ajv.errorsText(validate.errors)}`);
}

test('every definition compiles', () => {
  const keys = Object.keys(document.$defs);
  keys.forEach(definition);
  assert.ok(keys.includes('public.Tables."dotted.name".Row'));
  assert.ok(keys.includes('auth.Enums.factor_type'), 'what other schemas lend');
  assert.ok(ajv.validateSchema(document));
});

test('every row of a real server is valid', () => {
  const quoted = (name) => (name.includes('.') ? `"${name}"` : name);
  for (const { schema, section, name, rows } of real.relations) {
    rows.forEach((row) => accepts(`${schema}.${section}.${quoted(name)}.Row`, row));
  }
});

test('what functions take and return is valid', () => {
  for (const { name, args, returned } of real.functions) {
    accepts(`public.Functions.${name}.Args`, args);
    accepts(`public.Functions.${name}.Returns`, returned);
  }
  accepts('public.Functions.add.1.Args', { a: 1 });
  accepts('public.Functions.add.2.Args', { a: 'x', b: 'y' });
  accepts('public.Functions.touch.Returns', null);
});

test('other rows are refused', () => {
  const [row] = real.relations.find((r) => r.name === 'people').rows;
  accepts('public.Tables.people.Row', { ...row, initial: 'a' });
  accepts('public.Tables.people.Row', { ...row, data: null });
  const validate = definition('public.Tables.people.Row');
  for (const wrong of [
    { age: 32768 },
    { age: -32769 },
    { score: 2 ** 31 },
    { score: 1.5 },
    { id: 2 ** 70 },
    { mood: 'gone' },
    { moods: null },
    { email: null },
    { never: 'x' },
    { home: { name: null } },
    { other: 1 },
  ]) {
    assert.equal(validate({ ...row, ...wrong }), false, JSON.stringify(wrong));
  }
  const { nick, ...without } = row;
  assert.equal(validate(without), false, nick);
  accepts('public.Tables.people.Insert', {});
  accepts('public.Views.live_items.Update', { order: null });
  for (const [key, wrong] of [
    ['public.Tables.people.Insert', { id: 1 }],
    ['public.Tables.people.Update', { initials: 'a' }],
    ['public.Tables.items.Insert', { owner: 1 }],
    ['public.Views.live_items.Update', { type: 'x' }],
  ]) {
    assert.equal(definition(key)(wrong), false, key);
  }
});
