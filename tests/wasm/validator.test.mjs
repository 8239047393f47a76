// In Node the package says what the native command says.
import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { before, describe, test } from 'node:test';
import { initSync, Validator } from '../../pkg/dist/pgdry.js';
import { explain, rules } from '../../pkg/rules.js';
import { exampleFiles, wasmFile } from '../support/package.mjs';
import { check, configFile, pgdry, project } from '../support/pgdry.mjs';

before(() => initSync({ module: fs.readFileSync(wasmFile) }));

/** What JavaScript's users get when they store or send it. */
const asJson = (value) => JSON.parse(JSON.stringify(value));

function validatorOf(files) {
  const validator = new Validator({ history: 'complete' });
  for (const { path: file, text } of files) validator.setFile(file, text);
  return validator;
}

function native(command, files, ...options) {
  const run = pgdry([command, ...files.map(({ path: file }) => file), '--config', configFile, ...options]);
  assert.equal(run.status, 0, run.stderr);
  return run.stdout;
}

const projects = {
  'examples/aias': exampleFiles('aias'),
  'examples/broken': exampleFiles('broken'),
};
for (const folder of ['tests/oracle/replay/cases', 'tests/oracle/types/cases']) {
  for (const file of fs.readdirSync(path.join(project, folder)).filter((name) => name.endsWith('.sql'))) {
    const relative = path.join(folder, file);
    projects[relative] = [{ path: relative, text: fs.readFileSync(path.join(project, relative), 'utf8') }];
  }
}

describe('equal to the native command', () => {
  for (const [name, files] of Object.entries(projects)) {
    test(name, () => {
      // Backwards: the order of the calls must not matter.
      const validator = validatorOf([...files].reverse());
      assert.deepEqual(asJson(validator.check()), check(files.map(({ path: file }) => file)));
      assert.deepEqual(asJson(validator.schema()), JSON.parse(native('schema', files)));
      assert.deepEqual(asJson(validator.locks()), JSON.parse(native('check', files, '--locks', '--format', 'json')));
      // The cases of the replay have little to print.
      if (name.includes('replay')) return;
      // The command also reads the schemas of the example's supabase/config.toml.
      assert.equal(validator.types(), native('types', files, '--schema', 'public'));
      assert.equal(validator.types({ dialect: 'meta' }), native('types', files, '--dialect', 'meta', '--schema', 'public'));
      for (const target of ['zod', 'json-schema', 'rust', 'metadata']) {
        assert.equal(validator.types({ target }), native('types', files, '--target', target, '--schema', 'public'));
      }
      assert.ok(Array.isArray(validator.typeWarnings()));
    });
  }
});

test('schemaOf is what a migration made or changed', () => {
  const validator = validatorOf([
    { path: '1_a.sql', text: 'create table a (id bigint); create table b (id bigint); create type mood as enum (\'fine\');' },
    { path: '2_b.sql', text: 'alter table b add column name text; create table c (id bigint); create role reader;' },
  ]);
  const [schema] = validator.schemaOf('2_b.sql').schemas;
  assert.deepEqual(schema.tables.map(({ name, columns }) => [name, columns.map(({ name }) => name)]), [['b', ['id', 'name']], ['c', ['id']]]);
  assert.deepEqual(schema.enums, []);
  assert.throws(() => validator.schemaOf('nowhere.sql'), { code: 'unknown-file' });
});

test('schemaAt is the schema after a migration', () => {
  const files = exampleFiles('aias');
  const validator = validatorOf(files);
  for (const at of [0, 13, files.length - 1]) {
    assert.deepEqual(asJson(validator.schemaAt(files[at].path)), asJson(validatorOf(files.slice(0, at + 1)).schema()));
  }
  assert.notDeepEqual(validator.schemaAt(files[0].path), validator.schema());
});

test('the example is checked without an error, the broken one is not', () => {
  assert.equal(validatorOf(projects['examples/aias']).check().summary.errors, 0);
  assert.notEqual(validatorOf(projects['examples/broken']).check().summary.errors, 0);
});

describe('editing', () => {
  const good = 'create table public.notes (id uuid primary key);\n';
  const messages = (validator) => validator.check().findings.filter(({ sqlstate }) => sqlstate).map(({ message }) => message);

  test('setFile replaces, removeFile takes away', () => {
    const validator = validatorOf([
      { path: '20260101000000_notes.sql', text: good },
      { path: '20260102000000_more.sql', text: 'alter table public.notes add column body text;\n' },
    ]);
    assert.deepEqual(messages(validator), []);
    validator.setFile('20260101000000_notes.sql', good.replace('notes', 'papers'));
    assert.deepEqual(messages(validator), ['relation "public.notes" does not exist']);
    validator.setFile('20260101000000_notes.sql', good);
    assert.deepEqual(messages(validator), []);
    validator.removeFile('20260101000000_notes.sql');
    assert.deepEqual(messages(validator), ['relation "public.notes" does not exist']);
    validator.removeFile('no such file');
    assert.equal(validator.check().summary.files, 1);
  });

  test('a fix, applied in UTF-16 units, takes its finding away', () => {
    const file = '20260101000000_notes.sql';
    const text = `-- 🗒 notes\n${good}`;
    const validator = validatorOf([{ path: file, text }]);
    const finding = validator.check().findings.find(({ rule }) => rule === 'rls/enabled-on-create');
    const fixed = [...finding.fixes[0].edits]
      .sort((a, b) => b.start.utf16 - a.start.utf16)
      .reduce((done, edit) => done.slice(0, edit.start.utf16) + edit.text + done.slice(edit.end.utf16), text);
    validator.setFile(file, fixed);
    assert.ok(fixed.startsWith(text.trimEnd()));
    assert.deepEqual(validator.check().findings.filter(({ rule }) => rule === 'rls/enabled-on-create'), []);
  });
});

describe('errors are Errors with a code', () => {
  const validator = () => new Validator();
  const thrown = {
    'an unknown key of the configuration': () => new Validator({ presets: 'strict' }),
    'an unknown rule in the configuration': () => new Validator({ rules: { 'rls/nonsense': 'off' } }),
    'an option of another rule': () => new Validator({ rules: { 'rls/no-policy': { patterns: { table: 'any' } } } }),
    'an unknown severity': () => new Validator({ rules: { 'lock/*': 'of' } }),
    'a glob that is not closed': () => new Validator({ overrides: [{ paths: ['a['], rules: {} }] }),
    'a configuration of the wrong type': () => new Validator(42),
    'a pattern that is no regular expression': () => new Validator({ rules: { 'naming/identifier': { patterns: { table: '(' } } } }),
    'an unknown dialect': () => validator().types({ dialect: 'nonsense' }),
    'a file that is not there': () => validator().schemaAt('nowhere.sql'),
    'an unknown rule': () => explain('rls/nonsense'),
  };
  for (const [what, run] of Object.entries(thrown)) {
    test(what, () => {
      assert.throws(run, (error) => {
        assert.ok(error instanceof Error);
        assert.match(error.code, /^[a-z-]+$/);
        assert.notEqual(error.message, '');
        return true;
      });
    });
  }
});

test('a refused configuration names the nearest key and rule', () => {
  assert.throws(() => new Validator({ presets: 'strict' }), /unknown key `presets`; did you mean `preset`\?/);
  assert.throws(() => new Validator({ rules: { 'rls/no-polici': 'off' } }), /did you mean `rls\/no-policy`\?/);
  assert.throws(() => new Validator({ rules: { 'naming/identifier': { pattern: {} } } }), /did you mean `patterns`\?/);
});

test('severities are set by path', () => {
  const validator = new Validator({ overrides: [{ paths: ['**/2024*'], rules: { 'rls/*': 'off' } }] });
  for (const year of [2024, 2025]) validator.setFile(`supabase/migrations/${year}0101000000_t.sql`, `create table public.t${year} (id bigint primary key);`);
  const found = validator.check().findings.filter(({ rule }) => rule === 'rls/enabled-on-create');
  assert.deepEqual(found.map(({ file }) => file), ['supabase/migrations/20250101000000_t.sql']);
});

test('a contract that comes as an object: what is missing is reported at the end of the last migration', () => {
  const validator = new Validator({ contract: { tables: { notes: { rls: true, columns: { body: 'text' } } } } });
  validator.setFile('20250101000000_notes.sql', 'create table public.notes (id bigint primary key);\n');
  const found = validator.check().findings.filter(({ rule }) => rule.startsWith('contract/'));
  const places = found.map(({ rule, file, start, statement }) => [rule, file, start.line, statement === null]);
  assert.deepEqual(places, [
    ['contract/rls', '20250101000000_notes.sql', 1, false],
    ['contract/missing-column', '20250101000000_notes.sql', 2, true],
  ]);
  validator.free();
});

test('explain gives the page that the native command gives', () => {
  const page = explain('rls/enabled-on-create');
  assert.match(page, /row level security/i);
  assert.equal(page, pgdry(['explain', 'rls/enabled-on-create']).stdout);
  assert.ok(rules.includes('syntax/error'));
});

describe('odd input does not trap', () => {
  const odd = {
    'deep parentheses': `select ${'('.repeat(20_000)}1${')'.repeat(20_000)};`,
    'a long chain of operators': `select ${'1 + '.repeat(50_000)}1;`,
    'deep subqueries': `${'select * from ('.repeat(5_000)}select 1${') x'.repeat(5_000)};`,
    'an open string': "select 'open",
    'lone surrogates and NUL': 'select \ud800 \0;',
    'nothing': '',
  };
  for (const [what, sql] of Object.entries(odd)) {
    test(what, () => {
      const validator = validatorOf([
        { path: '20260101000000_odd.sql', text: sql },
        { path: '20260102000000_next.sql', text: 'create table public.after_it (id int);' },
      ]);
      validator.check();
      assert.match(validator.types(), /after_it/);
    });
  }
});
