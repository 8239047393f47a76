// pg_dump of a database on the server of these tests.
import { execFileSync } from 'node:child_process';

const COMMAND = process.env.PG_DUMP ?? '.cache/pg_dump/bin/pg_dump';

/** The schema as SQL, apart from what differs from run to run. */
export function pgDump(port, database) {
  const args = ['--schema-only', '--host=127.0.0.1', `--port=${port}`, '--username=supabase_admin', database];
  const dump = execFileSync(COMMAND, args, { encoding: 'utf8', maxBuffer: 1e9 });
  // Newer versions of pg_dump print a key of this run.
  return dump.replace(/^\\(un)?restrict .*$/gm, '');
}
