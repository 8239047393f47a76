// `pgdry check --format json` prints what docs/report.schema.json says.
import Ajv from 'ajv/dist/2020.js';
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { after, test } from 'node:test';
import { check, pgdry, project } from '../support/pgdry.mjs';

const schema = JSON.parse(readFileSync(path.join(project, 'docs', 'report.schema.json'), 'utf8'));
const validate = new Ajv({ strict: true, allowUnionTypes: true, allErrors: true }).compile(schema);
const folder = mkdtempSync(path.join(os.tmpdir(), 'pgdry-report-'));
after(() => rmSync(folder, { recursive: true }));

const accepts = (report) => assert.ok(validate(report), JSON.stringify(validate.errors, null, 1));

test('with every mistake of the examples', () => {
  const report = check(['examples/broken']);
  accepts(report);
  assert.ok(report.findings.some(({ fixes, sqlstate }) => fixes.length > 0 || sqlstate));
});

test('with a recipe', () => {
  writeFileSync(path.join(folder, 'pgdry.toml'), "applied_until = '20250101000000'\n");
  writeFileSync(path.join(folder, '20250101000000_notes.sql'), 'create table public.notes (id bigint primary key, body text);\n');
  writeFileSync(path.join(folder, '20250102000000_body.sql'), 'alter table public.notes alter column body set not null;\n');
  const report = JSON.parse(pgdry(['check', folder, '--format', 'json']).stdout);
  accepts(report);
  const { recipe } = report.findings.find(({ rule }) => rule === 'lock/set-not-null');
  assert.match(recipe[0].sql, /^alter table public\.notes add constraint notes_body_not_null check \(body is not null\) not valid;$/);
  assert.equal(recipe.length, 4);
});
