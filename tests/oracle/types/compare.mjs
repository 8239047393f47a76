// What `pgdry types` prints beside what the real generators print.
import { spawnSync } from 'node:child_process';
import { configFile } from '../../support/pgdry.mjs';
import { difference, reportRefusals, reportRefusalsInFull, serverRefusals, serverRefusalsInFull } from '../refusals.mjs';
import { differences } from './differences.mjs';

export const DIALECTS = ['meta', 'cli'];

/**
 * The text with relationships that only differ in their own columns in one order. Dialect `meta` sorts by name and by what is referenced,
 * no further, so that a view's columns come as the server's plan for a query has them: after ANALYZE, otherwise.
 */
export function inOneOrder(text) {
  return text.replace(/^( +)Relationships: \[\n([^]*?)\n\1\]$/gm, (_, indent, list) => {
    const entries = list.split(/(?<=^ +\},)\n(?= +\{)/m).map((entry) => ({ entry, same: entry.replace(/^( +)columns: \[[^]*?\]$/m, '') }));
    const groups = new Map();
    for (const { entry, same } of entries) groups.set(same, [...(groups.get(same) ?? []), entry]);
    const sorted = [...groups.values()].flatMap((group) => group.sort());
    return `${indent}Relationships: [\n${sorted.join('\n')}\n${indent}]`;
  });
}

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
  const order = dialect === 'meta' ? inOneOrder : (text) => text;
  return { lines: differences(order(real[dialect]), order(run.stdout)) };
}

/** Statements that only one of the two refused: when there are any, types differ for that. */
export function refusalDifferences(command, target, real) {
  const args = ['check', target, '--config', configFile, '--format', 'json', '--fail-on', 'never'];
  const run = spawnSync(command, args, { encoding: 'utf8', maxBuffer: 1 << 30 });
  if (run.status !== 0) return [];
  const report = JSON.parse(run.stdout);
  const { missed, invented } = target.endsWith('.sql')
    ? difference(serverRefusalsInFull(real.refused), reportRefusalsInFull(report))
    : difference(serverRefusals(real.refused), reportRefusals(report));
  return [...missed.map((each) => `only the server refuses: ${each}`), ...invented.map((each) => `only pgdry refuses: ${each}`)];
}
