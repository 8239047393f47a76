/** A real PostgreSQL (PGlite) that runs a chain, one statement after another, as psql does: a session for each file. */

import { PGlite, type Extension } from '@electric-sql/pglite';
import type { Answer, Reply, Run } from './protocol';

const reply = (message: Reply): void => postMessage(message);

/** The extensions that PGlite can load, by their SQL name. Only those that the SQL names are fetched. */
const extensions: Record<string, () => Promise<Extension>> = {
  bloom: async () => (await import('@electric-sql/pglite/contrib/bloom')).bloom,
  btree_gin: async () => (await import('@electric-sql/pglite/contrib/btree_gin')).btree_gin,
  btree_gist: async () => (await import('@electric-sql/pglite/contrib/btree_gist')).btree_gist,
  citext: async () => (await import('@electric-sql/pglite/contrib/citext')).citext,
  cube: async () => (await import('@electric-sql/pglite/contrib/cube')).cube,
  earthdistance: async () => (await import('@electric-sql/pglite/contrib/earthdistance')).earthdistance,
  fuzzystrmatch: async () => (await import('@electric-sql/pglite/contrib/fuzzystrmatch')).fuzzystrmatch,
  hstore: async () => (await import('@electric-sql/pglite/contrib/hstore')).hstore,
  intarray: async () => (await import('@electric-sql/pglite/contrib/intarray')).intarray,
  isn: async () => (await import('@electric-sql/pglite/contrib/isn')).isn,
  ltree: async () => (await import('@electric-sql/pglite/contrib/ltree')).ltree,
  moddatetime: async () => (await import('@electric-sql/pglite/contrib/moddatetime')).moddatetime,
  pg_stat_statements: async () => (await import('@electric-sql/pglite/contrib/pg_stat_statements')).pg_stat_statements,
  pg_trgm: async () => (await import('@electric-sql/pglite/contrib/pg_trgm')).pg_trgm,
  pgcrypto: async () => (await import('@electric-sql/pglite/contrib/pgcrypto')).pgcrypto,
  seg: async () => (await import('@electric-sql/pglite/contrib/seg')).seg,
  tablefunc: async () => (await import('@electric-sql/pglite/contrib/tablefunc')).tablefunc,
  unaccent: async () => (await import('@electric-sql/pglite/contrib/unaccent')).unaccent,
  'uuid-ossp': async () => (await import('@electric-sql/pglite/contrib/uuid_ossp')).uuid_ossp,
  vector: async () => (await import('@electric-sql/pglite-pgvector')).vector,
};

async function start(statements: readonly string[]): Promise<PGlite> {
  const named = new Set(
    statements.flatMap((sql) => [...sql.matchAll(/create\s+extension\s+(?:if\s+not\s+exists\s+)?"?([\w-]+)"?/gi)].map(([, name]) => name!.toLowerCase())),
  );
  // earthdistance builds on cube.
  if (named.has('earthdistance')) named.add('cube');
  const wanted = await Promise.all(
    [...named].flatMap((name) => {
      const load = extensions[name];
      return load ? [load().then((extension) => [name.replace('-', '_'), extension] as const)] : [];
    }),
  );
  return PGlite.create({ extensions: Object.fromEntries(wanted) });
}

async function say(postgres: PGlite, sql: string): Promise<Answer> {
  try {
    await postgres.exec(sql);
    return {};
  } catch (error) {
    const { code, message } = error as { code?: string; message?: string };
    // What is no answer of PostgreSQL ends the run.
    if (typeof code !== 'string' || !/^[0-9A-Z]{5}$/.test(code)) throw error;
    return { sqlstate: code, message: message ?? '' };
  }
}

/** As a session that a role of this name has just opened. */
async function newSession(postgres: PGlite, supabase: boolean): Promise<void> {
  await postgres.exec('rollback');
  await postgres.exec('discard all');
  // A role's own settings come with a new connection; here there is only one.
  if (supabase) await postgres.exec('set search_path to "$user", public, extensions');
}

async function run({ base, files }: Run): Promise<void> {
  reply({ kind: 'doing', what: 'Loading PostgreSQL' });
  const postgres = await start([...base, ...files.flat()]);
  const { rows } = await postgres.query<{ version: string }>("select current_setting('server_version') as version");
  const missing: string[] = [];
  if (base.length > 0) {
    reply({ kind: 'doing', what: 'Building the Supabase base' });
    // The base belongs to supabase_admin; the role postgres is PGlite's own.
    await postgres.exec('create role supabase_admin superuser createdb createrole replication bypassrls login; set session authorization supabase_admin');
    for (const sql of base) {
      const { sqlstate } = await say(postgres, sql);
      if (sqlstate && !/^\s*create\s+role\s+postgres\b/i.test(sql)) missing.push(sql);
    }
  }
  reply({ kind: 'started', version: rows[0]?.version ?? '', missing });
  const began = performance.now();
  for (const [file, statements] of files.entries()) {
    await newSession(postgres, base.length > 0);
    const answers: Answer[] = [];
    for (const sql of statements) answers.push(await say(postgres, sql));
    reply({ kind: 'answers', file, answers });
  }
  reply({ kind: 'done', milliseconds: performance.now() - began });
}

onmessage = ({ data }: MessageEvent<Run>) => {
  run(data).catch((error: unknown) => reply({ kind: 'failure', message: error instanceof Error ? error.message : String(error) }));
};
