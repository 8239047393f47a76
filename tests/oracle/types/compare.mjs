// What `pgdry types` prints beside what the real generators print.
import { spawnSync } from 'node:child_process';
import { configFile } from '../../support/pgdry.mjs';
import { difference, reportRefusals, serverRefusals } from '../refusals.mjs';
import { differences } from './differences.mjs';

export const DIALECTS = ['meta', 'cli'];

/**
 * Compares one dialect for a folder of migrations or a file: the lines of a diff (- the generator, + pgdry), or `problem` when one of
 * the two printed nothing. `real` is what Truth says of it, `command` a pgdry.
 */
export function compare(command, target, { dialect, schemas, real }) {
  if (real[dialect] === null) return { lines: [], problem: `the generator fails: ${real.failures.join('; ')}` };
  const run = spawnSync(command, ['types', target, '--config', configFile, '--dialect', dialect, '--schema', schemas.join(',')], {
    encoding: 'utf8',
    maxBuffer: 1 << 30,
  });
  if (run.error) throw run.error;
  if (run.status !== 0 || /panicked at/.test(run.stderr)) return { lines: [], problem: `pgdry exited ${run.signal ?? run.status}: ${run.stderr}` };
  return { lines: differences(real[dialect], run.stdout), text: run.stdout };
}

/** Statements that only one of the two refused: when there are any, types differ for that. */
export function refusalDifferences(command, target, real) {
  const args = ['check', target, '--config', configFile, '--format', 'json', '--fail-on', 'never'];
  const run = spawnSync(command, args, { encoding: 'utf8', maxBuffer: 1 << 30 });
  if (run.status !== 0) return [];
  const { missed, invented } = difference(serverRefusals(real.refused), reportRefusals(JSON.parse(run.stdout)));
  return [...missed.map((each) => `only the server refuses: ${each}`), ...invented.map((each) => `only pgdry refuses: ${each}`)];
}
