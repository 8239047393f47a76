// node scripts/dump.mjs --pgdry COMMAND [--show LINES] DIR|FILE...: does `pgdry schema --format sql` make the schema that the migrations made?
// Both are applied to a real server, and what pg_dump prints of each is compared. Exit 0 when all are alike, 1 when some differ.
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { parseArgs } from 'node:util';
import { roundTrip } from '../tests/oracle/dump.mjs';
import { startServer } from '../tests/oracle/server.mjs';

const { values, positionals } = parseArgs({
  options: { pgdry: { type: 'string' }, show: { type: 'string', default: '20' } },
  allowPositionals: true,
});
if (values.pgdry === undefined || positionals.length === 0) {
  console.error('usage: node scripts/dump.mjs --pgdry COMMAND [--show LINES] DIR|FILE...');
  process.exit(2);
}
const shown = Number(values.show);
const server = await startServer();
let different = 0;
try {
  for (const target of positionals) {
    const { wanted, loaded, sql, refused } = await roundTrip(server, values.pgdry, target);
    const lines = diff(wanted, loaded);
    const changed = lines.filter((line) => /^[-+]/.test(line)).length;
    if (refused.length > 0 || changed > 0) different += 1;
    console.log(`${target}: ${wanted.split('\n').length} lines, ${changed} differ, ${refused.length} statements refused`);
    for (const error of refused.slice(0, shown)) {
      console.log(`  ${error.sqlstate} ${error.message}\n    ${sql.split('\n')[error.line - 1]?.slice(0, 200)}`);
    }
    for (const line of lines.slice(0, shown)) console.log(`  ${line}`);
  }
} finally {
  await server.stop();
}
console.log(`${positionals.length - different} of ${positionals.length} are alike`);
process.exitCode = different > 0 ? 1 : 0;

/** The lines of a unified diff, without its head. */
function diff(wanted, loaded) {
  const work = fs.mkdtempSync(path.join(os.tmpdir(), 'pgdry-diff-'));
  try {
    fs.writeFileSync(path.join(work, 'wanted'), wanted);
    fs.writeFileSync(path.join(work, 'loaded'), loaded);
    const run = spawnSync('diff', ['-U1', 'wanted', 'loaded'], { cwd: work, encoding: 'utf8', maxBuffer: 1e9 });
    return run.stdout.split('\n').slice(2);
  } finally {
    fs.rmSync(work, { recursive: true, force: true });
  }
}
