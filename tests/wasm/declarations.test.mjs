// The package's TypeScript declarations compile under strict options and say what a user's program needs.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import * as path from 'node:path';
import { test } from 'node:test';
import { project } from '../support/pgdry.mjs';

test('a strict program compiles', () => {
  const tsc = path.join(project, 'tests/node_modules/typescript/bin/tsc');
  const run = spawnSync(process.execPath, [tsc, '--project', 'tests/wasm'], { cwd: project, encoding: 'utf8' });
  assert.equal(run.stdout, '');
  assert.equal(run.status, 0);
});
