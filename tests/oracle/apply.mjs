// node tests/oracle/apply.mjs DIR|FILE: applies DIR/*.sql (or FILE) to a real PostgreSQL 17 with the Supabase base and prints the
// statements that it refused as JSON. Exit 0 when none, 1 when some, 2 when it could not run.
import * as path from 'node:path';
import { startServer } from './server.mjs';

const [folder, ...rest] = process.argv.slice(2);
if (folder === undefined || rest.length > 0) {
  console.error('usage: node tests/oracle/apply.mjs DIR|FILE');
  process.exit(2);
}
let server;
try {
  server = await startServer();
  const errors = await server.applyFolder('migrations', path.resolve(folder));
  console.log(JSON.stringify(errors, null, 2));
  process.exitCode = errors.length > 0 ? 1 : 0;
} catch (error) {
  console.error(error.message);
  process.exitCode = 2;
} finally {
  await server?.stop();
}
