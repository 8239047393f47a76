// node scripts/contracts.mjs FOLDER…
// For each folder of migrations (FOLDER/supabase/migrations or FOLDER): `pgdry contract init` writes a contract, which the same migrations keep, and
// which they break without the last migration that makes any of it. Exit 1 when one of the two does not hold.
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { migrationsOf, pgdry } from '../tests/support/pgdry.mjs';

const folders = process.argv.slice(2).filter((folder) => fs.statSync(folder).isDirectory());
if (folders.length === 0) {
  console.error('usage: node scripts/contracts.mjs FOLDER…');
  process.exit(2);
}
const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'pgdry-contracts-'));
const totals = { kept: 0, broken: 0, nothing: 0, requirements: 0, failed: 0 };
try {
  for (const folder of folders) console.log(`${path.basename(folder)}: ${judge(path.resolve(folder))}`);
} finally {
  fs.rmSync(scratch, { recursive: true });
}
console.log(`\n${folders.length} folders, ${totals.requirements} lines of contract: ${totals.kept} keep theirs, ${totals.broken} break it without a migration, ${totals.nothing} make nothing`);
process.exitCode = totals.failed === 0 ? 0 : 1;

function judge(folder) {
  const source = migrationsOf(folder);
  const copy = fs.mkdtempSync(path.join(scratch, 'project-'));
  const names = fs.readdirSync(source).filter((name) => name.endsWith('.sql')).sort();
  for (const name of names) fs.copyFileSync(path.join(source, name), path.join(copy, name));
  const whole = requirements(copy);
  totals.requirements += whole.count;
  fs.writeFileSync(path.join(copy, 'pgdry.toml'), whole.text);
  const own = findings(copy);
  if (own.length > 0) return failed(`is broken by the migrations that it is of: ${own.map(show).join('; ')}`);
  totals.kept += 1;
  if (whole.count === 0) {
    totals.nothing += 1;
    return 'no table, enum or extension to require';
  }
  // The shortest tail without which some of it is missing: the first of the tail is the last migration that makes any of it.
  const takeOut = (chosen) => names.forEach((name) => (chosen.includes(name) ? fs.writeFileSync(path.join(copy, name), '-- taken out\n') : fs.copyFileSync(path.join(source, name), path.join(copy, name))));
  const gone = (chosen) => {
    takeOut(chosen);
    const left = new Set(requirements(copy).lines);
    return whole.lines.filter((line) => !left.has(line));
  };
  let [enough, tooFew] = [1, 0];
  while (enough < names.length && gone(names.slice(-enough)).length === 0) [enough, tooFew] = [Math.min(2 * enough, names.length), enough];
  while (enough - tooFew > 1) {
    const middle = Math.floor((enough + tooFew) / 2);
    if (gone(names.slice(-middle)).length === 0) tooFew = middle;
    else enough = middle;
  }
  // Where a later one makes the same again, the whole tail is taken out.
  let chosen = names.slice(-enough).slice(0, 1);
  if (gone(chosen).length === 0) chosen = names.slice(-enough);
  const lost = gone(chosen);
  const found = findings(copy);
  const what = chosen.length === 1 ? chosen[0] : `${chosen[0]} and the ${chosen.length - 1} after it`;
  if (lost.length === 0 || found.length === 0) return failed(`is kept without ${what}, which makes ${lost.slice(0, 3).join('; ')}`);
  totals.broken += 1;
  return `${whole.count} lines kept; without ${what} ${found.length} findings: ${show(found[0])}`;
}

function show({ rule, message, file, start }) {
  return `${rule} ${message} (${path.basename(file)}:${start.line})`;
}

function failed(why) {
  totals.failed += 1;
  return `FAILED: the contract ${why}`;
}

/** The contract of the migrations, and what it requires: a line each, with the table that it is about. */
function requirements(folder) {
  const config = path.join(scratch, 'empty.toml');
  fs.writeFileSync(config, '');
  const run = pgdry(['contract', 'init', folder, '--config', config]);
  if (run.status !== 0) throw new Error(run.stderr);
  // A list that is broken into lines becomes one line.
  const text = run.stdout.replaceAll(/\[\n  ([^\]]*),\n\]/g, (_, items) => `[${items.replaceAll('\n  ', ' ')}]`);
  let header = '';
  const lines = [];
  for (const line of text.split('\n').filter((each) => each !== '')) {
    if (line.startsWith('[')) header = line;
    const [, name, list] = /^(.*?) = (\[.*\])?/.exec(line) ?? [];
    if (name === undefined) lines.push(header);
    else lines.push(...(list === undefined ? [`${header} ${name}`] : JSON.parse(list).map((item) => `${header} ${name}: ${item}`)));
  }
  return { text: run.stdout, lines, count: lines.filter((line) => !line.endsWith(']')).length };
}

/** What is found of the contract. */
function findings(folder) {
  const run = pgdry(['check', folder, '--config', path.join(folder, 'pgdry.toml'), '--format', 'json', '--fail-on', 'never']);
  if (run.status !== 0) throw new Error(run.stderr);
  return JSON.parse(run.stdout).findings.filter(({ rule }) => rule.startsWith('contract/'));
}
