// The default export takes the module's bytes, as bundlers and Node users call it.
import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import { test } from 'node:test';
import init, { Validator, version } from '../../pkg/dist/pgdry.js';
import { project } from '../support/pgdry.mjs';
import { wasmFile } from '../support/package.mjs';

test('init compiles the module and the package works', async () => {
  await init({ module_or_path: fs.readFileSync(wasmFile) });
  const manifest = fs.readFileSync(`${project}/Cargo.toml`, 'utf8');
  assert.equal(version(), /^version = "(.*)"$/m.exec(manifest)[1]);
  const validator = new Validator();
  validator.setFile('20260101000000_notes.sql', 'create tabel notes (id int);');
  assert.deepEqual(
    validator.check().findings.filter(({ sqlstate }) => sqlstate !== undefined).map(({ message }) => message),
    ['syntax error at or near "tabel"'],
  );
});
