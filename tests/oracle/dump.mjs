// pg_dump of a database on the server of these tests, and the comparison of a schema with what `pgdry schema --format sql` makes of it.
import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { project } from '../support/pgdry.mjs';

/** The schema as SQL, apart from what differs from run to run. */
function pgDump(port, database) {
  const command = path.join(project, '.cache', 'pg_dump', 'bin', 'pg_dump');
  const args = ['--schema-only', '--host=127.0.0.1', `--port=${port}`, '--username=supabase_admin', database];
  const dump = execFileSync(command, args, { encoding: 'utf8', maxBuffer: 1e9 });
  // Newer versions of pg_dump print a key of this run.
  return dump.replace(/^\\(un)?restrict .*$/gm, '');
}

/**
 * Applies migrations, and what `command` (a pgdry) says is their schema, to databases of their own:
 * `{wanted, loaded, sql, refused}`, the dumps of both, the schema, and its statements that the server refused.
 */
export async function roundTrip(server, command, migrations) {
  await server.applyFolder('migrated', path.resolve(migrations));
  const wanted = pgDump(server.port, 'migrated');
  await server.dropDatabase('migrated');
  const sql = execFileSync(command, ['schema', '--format', 'sql', migrations], { encoding: 'utf8', maxBuffer: 1e9 });
  const work = fs.mkdtempSync(path.join(os.tmpdir(), 'pgdry-dump-'));
  try {
    fs.writeFileSync(path.join(work, 'schema.sql'), sql);
    const refused = await server.applyFolder('loaded', path.join(work, 'schema.sql'));
    return { wanted, loaded: pgDump(server.port, 'loaded'), sql, refused };
  } finally {
    await server.dropDatabase('loaded');
    fs.rmSync(work, { recursive: true, force: true });
  }
}
