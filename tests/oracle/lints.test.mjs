// The splinter rows of pgdry's findings are those that Supabase's splinter printed after the same SQL ran on a real server.
import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { test } from 'node:test';
import { project } from '../support/pgdry.mjs';
import { compareRows, pgdryRows } from './lints/compare.mjs';
import { sqlFiles } from './server.mjs';

const oracle = path.join(project, 'tests', 'oracle');
const cases = path.join(oracle, 'lints', 'cases');

/** What splinter says and pgdry does not: splinter compares text where pgdry reads the tree (see lints/README.md). */
const NOT_SAID = new Set([
  'auth_rls_init_plan_public_t1_p3',
  'auth_rls_init_plan_public_t1_p4',
  'unindexed_foreign_keys_app_f3_f3_a_b_fkey',
  'unsupported_reg_types_app_regs_c_idx_c',
]);

for (const folder of [path.join(oracle, 'types', 'cases'), cases]) {
  for (const file of sqlFiles(folder)) {
    test(file, () => {
      const expected = JSON.parse(fs.readFileSync(path.join(cases, file.replace(/\.sql$/, '.lints.json')), 'utf8'));
      const lints = compareRows(pgdryRows([path.join(folder, file)]), expected);
      for (const [name, { extra, missing }] of lints) {
        assert.deepEqual({ extra, missing: missing.filter((key) => !NOT_SAID.has(key)) }, { extra: [], missing: [] }, name);
      }
    });
  }
}
