// What the tarball holds, and what tools that read package.json say of it.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { before, describe, test } from 'node:test';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { here, pack, projectOf, run, temporary, tools, write } from './project.mjs';

const root = path.join(here, '..', '..');
let tarball;
before(() => {
  tarball = pack(temporary('tarball'));
});

test('the tarball has what the package needs, and nothing else', () => {
  const files = run('tar', ['--list', '--file', tarball], here).trim().split('\n').map((name) => name.replace(/^package\//, ''));
  assert.deepEqual(files.sort(), [
    'README.md', 'bin.js', 'browser.js', 'command.js', 'dist/instantiate.js', 'dist/pgdry-cli.wasm', 'dist/pgdry_bg.wasm', 'dist/rule-pages.js', 'dist/types.d.ts',
    'index.d.ts', 'load.js', 'node.js', 'package.json', 'rules.d.ts', 'rules.js', 'validator.js', 'workerd.js',
  ]);
});

test('it is within its budget: 3 MiB for the command, 1 MiB for the rest', () => {
  const { size } = fs.statSync(tarball);
  assert.ok(size <= 4 << 20, `the tarball has ${size} bytes`);
});

test('the version is the crate\'s', () => {
  const { version } = JSON.parse(fs.readFileSync(path.join(root, 'pkg', 'package.json'), 'utf8'));
  assert.equal(version, /^version = "(.*)"$/m.exec(fs.readFileSync(path.join(root, 'Cargo.toml'), 'utf8'))[1]);
});

test('publint', async () => {
  const { messages, pkg } = await publint({ strict: true, pack: { tarball: Uint8Array.from(fs.readFileSync(tarball)).buffer } });
  assert.deepEqual(messages.map((message) => formatMessage(message, pkg, { color: false })), []);
});

test('are the types wrong?', () => {
  const args = [tarball, '--profile', 'esm-only', '--exclude-entrypoints', './pgdry_bg.wasm', '--no-color', '--format', 'json'];
  const { analysis } = JSON.parse(run(tools('attw'), args, here, { maxBuffer: 1 << 28 }));
  assert.deepEqual(Object.keys(analysis.entrypoints).sort(), ['.', './package.json', './rules']);
  // The profile leaves out `require`; what attw exits with heeds it, its JSON does not.
  assert.deepEqual(analysis.problems.filter(({ resolutionKind }) => resolutionKind !== 'node16-cjs' && resolutionKind !== 'node10'), []);
});

describe('the declarations', () => {
  let folder;
  before(() => {
    folder = projectOf({ 'program.ts': fs.readFileSync(path.join(here, 'consumer', 'program.ts'), 'utf8') });
  });
  const strict = { strict: true, noUncheckedIndexedAccess: true, exactOptionalPropertyTypes: true, skipLibCheck: false, noEmit: true, target: 'es2022', types: [] };
  const settings = {
    'bundler, in a page': { module: 'esnext', moduleResolution: 'bundler', lib: ['es2022', 'dom'] },
    // They need nothing of a page or of Node.
    nodenext: { module: 'nodenext', moduleResolution: 'nodenext', lib: ['es2022'] },
    node16: { module: 'node16', moduleResolution: 'node16', lib: ['es2022'] },
  };
  for (const [name, options] of Object.entries(settings)) {
    test(name, () => {
      write(folder, { 'tsconfig.json': JSON.stringify({ compilerOptions: { ...strict, ...options }, files: ['program.ts'] }) });
      const ran = spawnSync(tools('tsc'), ['--project', folder], { encoding: 'utf8' });
      assert.equal(ran.stdout, '');
      assert.equal(ran.status, 0);
    });
  }
});
