// What `pgdry types` prints is of use to a program: with supabase-js, right queries compile under strict options and wrong ones do not.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { test } from 'node:test';
import { configFile, pgdry, project } from '../support/pgdry.mjs';
import { DIALECTS } from './types/compare.mjs';

const source = path.join(project, 'tests', 'oracle', 'types', 'compile');
const compilerOptions = {
  strict: true,
  noUnusedLocals: true,
  noUncheckedIndexedAccess: true,
  exactOptionalPropertyTypes: true,
  noEmit: true,
  // The declarations of supabase-js need types of Node; ours do not.
  skipLibCheck: true,
  target: 'es2022',
  module: 'esnext',
  moduleResolution: 'bundler',
  lib: ['es2022', 'dom'],
  types: [],
};

for (const dialect of DIALECTS) {
  test(`dialect ${dialect}`, () => {
    // Below tests/, where the packages are found.
    const work = path.join(project, 'tests', 'output', `types-${dialect}`);
    fs.mkdirSync(work, { recursive: true });
    const types = pgdry(['types', path.join(source, 'schema.sql'), '--config', configFile, '--dialect', dialect]);
    assert.equal(types.status, 0, types.stderr);
    fs.writeFileSync(path.join(work, 'database.ts'), types.stdout);
    fs.copyFileSync(path.join(source, 'consumer.ts'), path.join(work, 'consumer.ts'));
    fs.writeFileSync(path.join(work, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['consumer.ts'] }));

    const tsc = path.join(project, 'tests', 'node_modules', 'typescript', 'bin', 'tsc');
    const run = spawnSync(process.execPath, [tsc, '--project', work], { cwd: project, encoding: 'utf8' });
    assert.equal(run.stdout, '');
    assert.equal(run.status, 0);
  });
}
