// node scripts/dump.mjs --pgdry COMMAND DIR|FILE...: does `pgdry schema --format sql` make the schema that the migrations made?
// Both are applied to a real server, and what pg_dump prints of each is compared. Exit 0 when all are alike, 1 when some differ.
import { execFileSync, spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { parseArgs } from 'node:util';
import { pgDump } from '../tests/oracle/dump.mjs';
import { startServer } from '../tests/oracle/server.mjs';

const { values, positionals } = parseArgs({
  options: { pgdry: { type: 'string' }, show: { type: 'string', default: '20' } },
  allowPositionals: true,
});
if (values.pgdry === undefined || positionals.length === 0) {
  console.error('usage: node scripts/dump.mjs --pgdry COMMAND [--show LINES] DIR|FILE...');
  process.exit(2);
}
const work = fs.mkdtempSync(path.join(os.tmpdir(), 'pgdry-dump-'));
const server = await startServer();
let different = 0;
try {
  for (const target of positionals) {
    const name = path.basename(target.replace(/\/(supabase\/)?(migrations\/?)?$/, ''));
    await server.applyFolder('migrated', path.resolve(target));
    const wanted = pgDump(server.port, 'migrated');
    await server.dropDatabase('migrated');
    const sql = execFileSync(values.pgdry, ['schema', '--format', 'sql', target], { encoding: 'utf8', maxBuffer: 1e9 });
    fs.writeFileSync(path.join(work, 'schema.sql'), sql);
    const errors = await server.applyFolder('loaded', path.join(work, 'schema.sql'));
    const loaded = pgDump(server.port, 'loaded');
    await server.dropDatabase('loaded');
    fs.writeFileSync(path.join(work, 'wanted.sql'), wanted);
    fs.writeFileSync(path.join(work, 'loaded.sql'), loaded);
    const diff = spawnSync('diff', ['-U1', 'wanted.sql', 'loaded.sql'], { cwd: work, encoding: 'utf8', maxBuffer: 1e9 });
    const lines = diff.stdout.split('\n').filter((line) => /^[-+](?![-+])/.test(line));
    if (errors.length > 0 || lines.length > 0) different += 1;
    console.log(`${name}: ${wanted.split('\n').length} lines, ${lines.length} differ, ${errors.length} statements refused`);
    for (const error of errors.slice(0, Number(values.show))) {
      console.log(`  line ${error.line}: ${error.sqlstate} ${error.message}\n    ${sql.split('\n')[error.line - 1]?.slice(0, 200)}`);
    }
    console.log(diff.stdout.split('\n').slice(2, 2 + Number(values.show)).map((line) => `  ${line}`).join('\n'));
  }
} finally {
  await server.stop();
  fs.rmSync(work, { recursive: true, force: true });
}
console.log(`${positionals.length - different} of ${positionals.length} are alike`);
process.exitCode = different > 0 ? 1 : 0;
