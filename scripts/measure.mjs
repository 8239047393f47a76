// What pgdry costs: the size of its wasm module and the time that it takes, for budgets.mjs and bench.mjs.
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { gzipSync } from 'node:zlib';
import { exampleFiles, wasmFile } from '../tests/support/package.mjs';
import { migrationsOf, project, sqlFilesBelow } from '../tests/support/pgdry.mjs';

/** Bytes of the wasm module: `{raw, gzip}` (level 9, as a server would send it). */
export function moduleSize() {
  const module = fs.readFileSync(wasmFile);
  return { raw: module.length, gzip: gzipSync(module, { level: 9 }).length };
}

/**
 * The package in this process, on examples/aias, in milliseconds: `start` compiles the module, `first` is the first check after it,
 * `check` a check of all files (each set anew, so that nothing is remembered), `fastest` the fastest of the 40, `edit` one after the newest file changed, `types` the types.
 */
export async function packageSpeed() {
  const module = fs.readFileSync(wasmFile);
  const files = exampleFiles('aias');
  const { initSync, Validator } = await import(path.join(project, 'pkg', 'dist', 'pgdry.js'));
  const checkAll = () => {
    const validator = new Validator();
    for (const { path: file, text } of files) validator.setFile(file, text);
    validator.check();
    return validator;
  };
  const start = time(() => initSync({ module }));
  const first = time(checkAll);
  const checks = times(40, () => checkAll().free());
  const [fastest, check] = [checks[0], checks[20]];

  const validator = checkAll();
  const newest = files.at(-1);
  let edits = 0;
  const edit = median(40, () => {
    validator.setFile(newest.path, `${newest.text}\n-- ${++edits}\n`);
    validator.check();
  });
  const types = median(40, () => validator.types());
  return { files: files.length, start, first, check, fastest, edit, types };
}

/** The whole native command on examples/aias, process start included, in milliseconds. */
export function commandSpeed(binary) {
  const folder = migrationsOf(path.join(project, 'examples', 'aias'));
  return median(20, () => {
    const run = spawnSync(binary, ['check', folder, '--format', 'json', '--fail-on', 'never']);
    if (run.status !== 0) throw new Error(`${binary} exited ${run.status}: ${run.stderr}`);
  });
}

/** The native parser on whole files, beside sqlparser: what benches/throughput prints. */
export function throughput(folders) {
  const sources = folders.length > 0 ? folders : ['examples', 'tests/fixtures', 'tests/oracle'].map((name) => path.join(project, name));
  const files = sources.flatMap((folder) => sqlFilesBelow(folder));
  const binary = path.join(project, 'benches', 'throughput', 'target', 'release', 'pgdry-throughput');
  const run = spawnSync(binary, files, { encoding: 'utf8' });
  if (run.status !== 0) throw new Error(`${binary} exited ${run.status}: ${run.stderr ?? run.error}`);
  return JSON.parse(run.stdout);
}

function time(run) {
  const began = performance.now();
  run();
  return performance.now() - began;
}

/** The median of `count` runs after half as many to warm up. */
function median(count, run) {
  return times(count, run)[Math.floor(count / 2)];
}

/** In order, after half as many runs to warm up. */
function times(count, run) {
  for (let i = 0; i < count / 2; i++) run();
  return Array.from({ length: count }, () => time(run)).sort((a, b) => a - b);
}
