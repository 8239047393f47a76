// The committed tables fit together: each type that one of them names is there.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

const read = (name) => readFileSync(new URL(`../../src/catalog/base/${name}`, import.meta.url), 'utf8');
const rows = (name) =>
  read(name)
    .split('\n')
    .filter((line) => line && !line.startsWith('#'))
    .map((line) => line.split('\t'));

const types = new Set(rows('types.tsv').flatMap(([, array, , , , name]) => (array ? [name, arrayOf(name)] : [name])));
const relations = rows('relations.tsv');
for (const [name] of relations) types.add(name).add(arrayOf(name));

function arrayOf(name) {
  const dot = name.lastIndexOf('.') + 1;
  return `${name.slice(0, dot)}_${name.slice(dot)}`;
}

const argumentType = (argument) =>
  argument
    .replace(/^[&>%]/, '')
    .replace(/\?$/, '')
    .replace(/^[^:]*:/, '');
const functionTypes = ([, result = '', args = '']) => [result.replace(/^\*/, ''), ...args.split(' ').filter(Boolean).map(argumentType)];
const operatorTypes = ([, left, right, result]) => [left, right, result].filter((type) => type !== '-');
const columnTypes = (list) =>
  list
    .split(' ')
    .filter((column) => column.includes(':'))
    .map((column) => column.slice(column.indexOf(':') + 1));

function unknown(names, known = types) {
  return [...new Set(names)].filter((name) => !known.has(name));
}

test('the tables name only types that are there', () => {
  assert.deepEqual(unknown(rows('functions.tsv').flatMap(functionTypes)), []);
  assert.deepEqual(unknown(rows('operators.tsv').flatMap(operatorTypes)), []);
  assert.deepEqual(unknown(rows('casts.tsv').flatMap(([source, target]) => [source, target])), []);
  assert.deepEqual(unknown(rows('opclasses.tsv').map(([, , type]) => type)), []);
  assert.deepEqual(unknown(relations.flatMap(([, , , columns]) => columnTypes(columns))), []);
});

test('each extension names only types of its own, of what it requires, or of pg_catalog', () => {
  const extensions = new Map();
  let current;
  for (const [letter, ...columns] of rows('extensions.tsv')) {
    if (letter === 'E')
      extensions.set(columns[0], (current = { requires: (columns[4] ?? '').split(' ').filter(Boolean), types: [], named: [] }));
    const [first, second] = columns;
    if (letter === 'T') current.types.push(columns[3], arrayOf(columns[3]));
    if (letter === 'T' && 'bcd'.includes(first))
      current.named.push(...(first === 'c' ? columnTypes(columns[4] ?? '') : [columns[4]].filter(Boolean)));
    if (letter === 'F') current.named.push(...functionTypes(columns));
    if (letter === 'O') current.named.push(...operatorTypes(columns));
    if (letter === 'C') current.named.push(first, second);
    if (letter === 'A') current.named.push(columns[2]);
    if (letter === 'V') {
      current.types.push(first, arrayOf(first));
      current.named.push(...columnTypes(second));
    }
    const table = letter === 'Q' && /^create (?:unlogged )?table (\S+)/.exec(first);
    if (table) current.types.push(table[1], table[1].replace(/^.*\./, ''));
  }
  assert.ok(extensions.size > 80);
  const brings = (name) => [...extensions.get(name).types, ...extensions.get(name).requires.flatMap(brings)];
  for (const [name, { named }] of extensions) assert.deepEqual(unknown(named, new Set([...types, ...brings(name)])), [], name);
});
