// The native command, as tests run it.
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { fileURLToPath } from 'node:url';

export const project = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..', '..');
/** The build under test; PGDRY names another one. */
export const command = process.env.PGDRY ?? path.join(project, 'target', 'debug', 'pgdry');

/** Runs `pgdry ARGS…` in the project's folder: `{status, stdout, stderr}`. */
export function pgdry(args, { input } = {}) {
  if (!fs.existsSync(command)) throw new Error(`${command} is not built: run \`cargo build\` first`);
  const run = spawnSync(command, args, { cwd: project, input, encoding: 'utf8', maxBuffer: 1 << 30 });
  if (run.error) throw run.error;
  if (run.signal !== null || /panicked at/.test(run.stderr)) {
    throw new Error(`pgdry ${args.join(' ')} died (${run.signal ?? run.status}):\n${run.stderr}`);
  }
  return run;
}

/** Takes the place of any pgdry.toml: even a single file is the whole history. */
export const configFile = path.join(project, 'tests', 'support', 'pgdry.toml');

/** The report of `pgdry check PATHS… --format json`. */
export function check(paths) {
  const run = pgdry(['check', ...paths, '--config', configFile, '--format', 'json', '--fail-on', 'never']);
  if (run.status !== 0) throw new Error(`pgdry check ${paths.join(' ')} exited ${run.status}:\n${run.stderr}`);
  return JSON.parse(run.stdout);
}

/** The folder with an example's or a repository's migrations. */
export function migrationsOf(folder) {
  const nested = path.join(folder, 'supabase', 'migrations');
  return fs.existsSync(nested) ? nested : folder;
}

/** The SQL files of a folder and of the folders in it, sorted. */
export function sqlFilesBelow(folder) {
  if (!fs.existsSync(folder)) return [];
  return fs
    .readdirSync(folder, { recursive: true })
    .filter((name) => name.endsWith('.sql'))
    .sort()
    .map((name) => path.join(folder, name));
}
