// node scripts/lints.mjs [--splinter FILE] [--show N] FOLDER…
// Compares the splinter rows of pgdry's findings for migrations (FOLDER/supabase/migrations or FOLDER) with FOLDER/lints.json, or, with
// --splinter, with what that splinter.sql finds on a real server: precision and recall by lint, and the first N differences of each folder.
import * as fs from 'node:fs';
import * as path from 'node:path';
import { parseArgs } from 'node:util';
import { compareRows, pgdryRows, splinterRows } from '../tests/oracle/lints/compare.mjs';
import { startServer } from '../tests/oracle/server.mjs';
import { migrationsOf } from '../tests/support/pgdry.mjs';

const { values: options, positionals: folders } = parseArgs({
  allowPositionals: true,
  options: { splinter: { type: 'string' }, show: { type: 'string', default: '0' } },
});
if (folders.length === 0) {
  console.error('usage: node scripts/lints.mjs [--splinter FILE] [--show N] FOLDER…');
  process.exit(2);
}
const sql = options.splinter === undefined ? undefined : fs.readFileSync(options.splinter, 'utf8');
const server = sql === undefined ? undefined : await startServer();
const totals = new Map();
try {
  for (const folder of folders) {
    const migrations = migrationsOf(path.resolve(folder));
    const lints = compareRows(pgdryRows([migrations]), await expectedRows(folder, migrations));
    const differences = [];
    for (const [name, { both, extra, missing }] of lints) {
      const total = totals.get(name) ?? { both: 0, extra: 0, missing: 0 };
      totals.set(name, { both: total.both + both, extra: total.extra + extra.length, missing: total.missing + missing.length });
      differences.push(...extra.map((key) => `+ ${key}`), ...missing.map((key) => `- ${key}`));
    }
    console.log(`${folder}: ${differences.length} differences`);
    for (const line of differences.slice(0, Number(options.show))) console.log(`  ${line}`);
  }
} finally {
  await server?.stop();
}
print();

async function expectedRows(folder, migrations) {
  if (server === undefined) return JSON.parse(fs.readFileSync(path.join(folder, 'lints.json'), 'utf8'));
  await server.applyFolder('migrations', migrations);
  try {
    return await splinterRows(server, 'migrations', sql);
  } finally {
    await server.dropDatabase('migrations');
  }
}

function print() {
  const all = { both: 0, extra: 0, missing: 0 };
  for (const total of totals.values()) for (const each of Object.keys(all)) all[each] += total[each];
  const percent = (part, whole) => (whole === 0 ? '–' : `${((100 * part) / whole).toFixed(1)} %`);
  const rows = [...totals].sort(([a], [b]) => (a < b ? -1 : 1)).concat([['all', all]]);
  console.log(`\n${'lint'.padEnd(52)} rows  precision  recall`);
  for (const [name, { both, extra, missing }] of rows) {
    const figures = [String(both + missing).padStart(4), percent(both, both + extra).padStart(10), percent(both, both + missing).padStart(8)];
    console.log(`${name.padEnd(52)} ${figures.join(' ')}`);
  }
}
