// node tests/oracle/apply.mjs [--splinter FILE] DIR|FILE: applies DIR/*.sql (or FILE) to a real PostgreSQL 17 with the Supabase base and
// prints the statements that it refused as JSON. Exit 0 when none, 1 when some, 2 when it could not run.
// With --splinter it prints what that splinter.sql (github.com/supabase/splinter) finds in the schema that is left, and exits 0.
import * as fs from 'node:fs';
import * as path from 'node:path';
import { parseArgs } from 'node:util';
import { splinterRows } from './lints/compare.mjs';
import { startServer } from './server.mjs';

const { values, positionals } = parseArgs({ allowPositionals: true, options: { splinter: { type: 'string' } } });
const [folder, ...rest] = positionals;
if (folder === undefined || rest.length > 0) {
  console.error('usage: node tests/oracle/apply.mjs [--splinter FILE] DIR|FILE');
  process.exit(2);
}
let server;
try {
  server = await startServer();
  const errors = await server.applyFolder('migrations', path.resolve(folder));
  if (values.splinter === undefined) {
    console.log(JSON.stringify(errors, null, 2));
    process.exitCode = errors.length > 0 ? 1 : 0;
  } else {
    console.log(JSON.stringify(await splinterRows(server, 'migrations', fs.readFileSync(values.splinter, 'utf8')), null, 2));
  }
} catch (error) {
  console.error(error.message);
  process.exitCode = 2;
} finally {
  await server?.stop();
}
