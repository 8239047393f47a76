// node scripts/corpus.mjs [--pgdry BINARY] [--show N] FOLDER…
// Runs the native command over folders of migrations (FOLDER/supabase/migrations or FOLDER) and prints a table: how many files and
// statements, the share that parses, the slowest file, how often it died, and, where FOLDER has them from a real server
// (`node tests/oracle/apply.mjs` > errors.json, types.a.ts, types.b.ts), how far refusals and types agree. Exit 1 after a panic.
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { parseArgs } from 'node:util';
import { difference, reportRefusals, serverRefusals } from '../tests/oracle/refusals.mjs';
import { sqlFiles } from '../tests/oracle/server.mjs';
import { migrationsOf, project } from '../tests/support/pgdry.mjs';

const { values: options, positionals: folders } = parseArgs({
  allowPositionals: true,
  options: {
    pgdry: { type: 'string', default: path.join(project, 'target', 'release', 'pgdry') },
    show: { type: 'string', default: '0' },
  },
});
const show = Number(options.show);
if (folders.length === 0 || !Number.isInteger(show) || !fs.existsSync(options.pgdry)) {
  console.error('usage: node scripts/corpus.mjs [--pgdry BINARY] [--show N] FOLDER…   (BINARY: target/release/pgdry, from `make build`)');
  process.exit(2);
}

let deaths = 0;
const rows = folders.map((folder) => examine(path.resolve(folder)));
printTable(rows.map(({ row }) => row));
for (const { row, details } of rows) {
  if (details.length > 0) console.log(`\n${row.repository}\n${details.map((line) => `  ${line}`).join('\n')}`);
}
process.exitCode = deaths > 0 ? 1 : 0;

function examine(folder) {
  const migrations = migrationsOf(folder);
  const files = sqlFiles(migrations);
  const details = [];
  const whole = run(['check', migrations, '--format', 'json', '--fail-on', 'never'], details);
  const report = parseReport(whole);

  let slowest = { file: '-', ms: 0 };
  for (const file of files) {
    const alone = run(['check', path.join(migrations, file), '--format', 'json', '--fail-on', 'never'], details);
    if (alone.ms > slowest.ms) slowest = { file, ms: alone.ms };
  }

  const row = { repository: path.basename(folder), files: files.length };
  if (report !== null) {
    const unparsed = report.findings.filter((finding) => finding.rule === 'syntax/error');
    row.statements = report.summary.statements;
    row['parse %'] = (100 - (100 * unparsed.length) / Math.max(1, report.summary.statements)).toFixed(2);
    for (const finding of unparsed.slice(0, show)) {
      details.push(`syntax: ${path.basename(finding.file)}:${finding.start.line} ${finding.message}`);
    }
  }
  row['check ms'] = whole.ms;
  row['slowest file'] = `${slowest.ms} ms ${slowest.file.slice(0, 40)}`;

  const errors = path.join(folder, 'errors.json');
  if (report !== null && fs.existsSync(errors)) {
    const server = serverRefusals(JSON.parse(fs.readFileSync(errors, 'utf8')));
    const { missed, invented } = difference(server, reportRefusals(report));
    Object.assign(row, { refused: server.length, missed: missed.length, invented: invented.length });
    details.push(...missed.slice(0, show).map((entry) => `missed: ${entry}`));
    details.push(...invented.slice(0, show).map((entry) => `invented: ${entry}${messageOf(report, entry)}`));
  }

  for (const [dialect, name] of [['meta', 'types.a.ts'], ['cli', 'types.b.ts']]) {
    const types = run(['types', migrations, '--dialect', dialect], details);
    row[`types ${dialect}`] = types.status === 0 ? compareTypes(types.stdout, path.join(folder, name)) : `exit ${types.status}`;
  }
  row.died = details.filter((line) => line.startsWith('died')).length;
  deaths += row.died;
  return { row, details };
}

function run(args, details) {
  const began = process.hrtime.bigint();
  const { status, signal, stdout, stderr } = spawnSync(options.pgdry, args, { encoding: 'utf8', maxBuffer: 1 << 30, timeout: 60_000 });
  const ms = Math.round(Number(process.hrtime.bigint() - began) / 1e6);
  if (signal !== null || status === null || status > 2 || /panicked at/.test(stderr)) {
    details.push(`died: pgdry ${args.join(' ')} (${signal ?? status}): ${stderr.split('\n').slice(0, 3).join(' ')}`);
  }
  return { status, stdout, ms };
}

function parseReport({ stdout }) {
  try {
    return JSON.parse(stdout);
  } catch {
    return null;
  }
}

function messageOf(report, entry) {
  const finding = report.findings.find((f) => f.sqlstate !== undefined && `${path.basename(f.file)} ${f.sqlstate}` === entry);
  return finding === undefined ? '' : `: line ${finding.start.line}, ${finding.message}`;
}

function compareTypes(text, file) {
  if (!fs.existsSync(file)) return `${text.split('\n').length} lines`;
  const expected = fs.readFileSync(file, 'utf8');
  if (text === expected) return 'same';
  const { missed, invented } = difference(expected.split('\n').sort(), text.split('\n').sort());
  return `-${missed.length} +${invented.length} lines`;
}

function printTable(table) {
  const columns = [...new Set(table.flatMap(Object.keys))];
  const text = (row, column) => String(row[column] ?? '-');
  const width = (column) => Math.max(column.length, ...table.map((row) => text(row, column).length));
  const line = (cells) => cells.map((cell, i) => cell.padEnd(width(columns[i]))).join('  ').trimEnd();
  console.log(line(columns));
  for (const row of table) console.log(line(columns.map((column) => text(row, column))));
}
