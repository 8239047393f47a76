// The splinter rows of pgdry's findings are those that Supabase's splinter printed after the same SQL ran on a real server.
import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { test } from 'node:test';
import { project } from '../support/pgdry.mjs';
import { compareRows, pgdryRows } from './lints/compare.mjs';
import { sqlFiles } from './server.mjs';

const cases = path.join(project, 'tests', 'oracle', 'types', 'cases');

for (const file of sqlFiles(cases)) {
  test(file, () => {
    const expected = path.join(project, 'tests', 'oracle', 'lints', 'cases', file.replace(/\.sql$/, '.lints.json'));
    const lints = compareRows(pgdryRows([path.join(cases, file)]), JSON.parse(fs.readFileSync(expected, 'utf8')));
    for (const [name, { extra, missing }] of lints) assert.deepEqual({ extra, missing }, { extra: [], missing: [] }, name);
  });
}
