// `--target rust` compiles with serde alone, and a real server's rows go through its structs unchanged.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import * as path from 'node:path';
import { test } from 'node:test';
import { project } from '../support/pgdry.mjs';
import { folder, realRows, rich, types, write } from './rows.mjs';

test('it compiles without a warning, and rows go through', async () => {
  const generated = write('types.rs', types(rich, ['--target', 'rust']));
  const { relations, functions } = await realRows();
  const lines = [
    ...relations.flatMap((r) => r.rows.map((row) => [`${r.schema}.${r.name}`, row])),
    ...functions.map((f) => [`${f.name}()`, f.returned]),
    ['insert public.people', { nick: 'x', moods: ['ok', null] }],
  ];
  const run = spawnSync(
    'cargo',
    ['run', '--quiet', '--locked', '--manifest-path', path.join(folder, 'rust', 'Cargo.toml'), '--target-dir', path.join(project, 'target', 'targets')],
    { encoding: 'utf8', env: { ...process.env, PGDRY_TYPES: generated, RUSTFLAGS: '-D warnings' }, input: lines.map((line) => JSON.stringify(line)).join('\n') },
  );
  assert.equal(run.status, 0, run.stderr);
  const read = run.stdout.trimEnd().split('\n').map((line) => JSON.parse(line));
  assert.deepEqual(read, lines.map(([, value]) => value));
});
