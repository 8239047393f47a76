// `pgdry types` is, byte for byte, what Supabase's generators printed after the same SQL ran on a real server.
import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { test } from 'node:test';
import { pgdry, project } from '../support/pgdry.mjs';
import { sqlFiles } from './server.mjs';

const cases = path.join(project, 'tests', 'oracle', 'types', 'cases');
/** The schemas that the generators were asked for; otherwise `public`. */
const schemas = { '07_multi_schema.sql': 'api,public', '10_found_by_seeds.sql': 'public,order,Odd Schema' };
const dialects = { meta: '.types.a.ts', cli: '.types.b.ts' };

for (const file of sqlFiles(cases)) {
  for (const [dialect, suffix] of Object.entries(dialects)) {
    test(`${file}, dialect ${dialect}`, () => {
      const run = pgdry(['types', path.join(cases, file), '--dialect', dialect, '--schema', schemas[file] ?? 'public']);
      assert.equal(run.status, 0, run.stderr);
      assert.equal(run.stdout, fs.readFileSync(path.join(cases, file.replace(/\.sql$/, suffix)), 'utf8'));
    });
  }
}
