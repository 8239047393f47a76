// Supabase's own type generators, asked about a database on the server of these tests.
import { generateTypescript, introspect, sortGeneratorMetadata } from '@supabase/postgrest-typegen';
import { execFile } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { project } from '../../support/pgdry.mjs';

const exec = promisify(execFile);
const HOST = '127.0.0.1';
// The package of this platform alone: npm's `supabase` is a script that starts it, and its lock file needs every platform's.
const cli = path.join(project, 'tests', 'node_modules', '@supabase', 'cli-linux-x64', 'bin', 'supabase');

/** Both dialects: `{meta, cli}`. */
export async function realTypes(server, database, schemas) {
  const [meta, cli] = await Promise.all([metaTypes(server, database, schemas), cliTypes(server, database, schemas)]);
  return { meta, cli };
}

/** What the generator behind dialect `meta` knows of the database: its GeneratorMetadata, sorted. */
export async function metadata(server, database, schemas) {
  const pool = new pg.Pool({ host: HOST, port: server.port, user: 'postgres', database });
  try {
    return sortGeneratorMetadata(await introspect(pool, { includedSchemas: schemas }));
  } finally {
    await pool.end();
  }
}

/** Dialect `meta`: postgres-meta's generator. */
export async function metaTypes(server, database, schemas) {
  return generateTypescript(await metadata(server, database, schemas), { detectOneToOneRelationships: true });
}

/** Dialect `cli`: `supabase gen types`. */
export async function cliTypes(server, database, schemas) {
  const remote = `postgresql://postgres@${HOST}:${server.port}/${encodeURIComponent(database)}`;
  const args = ['gen', 'types', '--lang=typescript', `--remote=${remote}`, ...schemas.flatMap((name) => ['--schema', csvField(name)])];
  // A folder of its own: no supabase/config.toml above it, and what the command keeps in its home goes away with it.
  const home = fs.mkdtempSync(path.join(os.tmpdir(), 'pgdry-supabase-'));
  try {
    const { stdout } = await exec(cli, args, {
      cwd: home,
      // Without PGSSLMODE a warning about TLS stands in the output.
      env: { PATH: process.env.PATH, HOME: home, PGSSLMODE: 'disable', SUPABASE_TELEMETRY_DISABLED: '1' },
      maxBuffer: 1 << 30,
    });
    return stdout;
  } finally {
    fs.rmSync(home, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** `--schema` is a comma separated list, so a name that holds a comma or a quote is written as in CSV. */
function csvField(name) {
  return /[",\n]/.test(name) ? `"${name.replaceAll('"', '""')}"` : name;
}
