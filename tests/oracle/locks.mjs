// What locks the statements of locks/*.sql take on a real server.
import * as fs from 'node:fs';

/** From the weakest to the strongest. */
export const MODES = [
  'ACCESS SHARE',
  'ROW SHARE',
  'ROW EXCLUSIVE',
  'SHARE UPDATE EXCLUSIVE',
  'SHARE',
  'SHARE ROW EXCLUSIVE',
  'EXCLUSIVE',
  'ACCESS EXCLUSIVE',
];

/**
 * A file of cases: a setup, a line `-- cases` or `-- outside a transaction`, then a statement a line, each from the same start. A line `-- since 17`
 * before one says that older versions do not know it. Returns `{setup, outside, statements: [{sql, since}]}`.
 */
export function readCases(file) {
  const [setup, marker, cases] = fs.readFileSync(file, 'utf8').split(/^-- (cases|outside a transaction)$/m);
  const statements = [];
  let since = 0;
  for (const line of cases.split('\n').filter((line) => line !== '')) {
    const version = /^-- since (\d+)$/.exec(line);
    if (version) since = Number(version[1]);
    else {
      statements.push({ sql: line, since });
      since = 0;
    }
  }
  return { setup, outside: marker !== 'cases', statements };
}

const RELATIONS = `select c.oid::int, n.nspname || '.' || c.relname as name, c.relkind as kind, pg_relation_filenode(c.oid)::int as file
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where c.oid >= 16384 and n.nspname !~ '^pg_' and c.relkind <> 'c'`;
const SCANS = 'select relid::int as oid, seq_scan::int as scans from pg_stat_xact_user_tables';
const LOCKS = `select relation::int as oid, mode from pg_locks
  where locktype = 'relation' and pid = $1 and database = (select oid from pg_database where datname = current_database())`;

/** `schema.name MODE [rewrite | scan]` of each relation that was there before, sorted; the strongest mode counts. */
function describe(relations, locks, filesAfter, scanned = []) {
  const strongest = new Map();
  for (const { oid, mode } of locks) {
    const name = mode.replace(/Lock$/, '').replace(/(?<=.)([A-Z])/g, ' $1').toUpperCase();
    if (relations.has(oid)) strongest.set(oid, Math.max(strongest.get(oid) ?? 0, MODES.indexOf(name)));
  }
  const lines = [...strongest].map(([oid, mode]) => {
    const { name, kind, file } = relations.get(oid);
    const rewritten = kind !== 'S' && file !== null && filesAfter.has(oid) && filesAfter.get(oid).file !== file;
    const work = rewritten ? ' rewrite' : scanned.includes(oid) ? ' scan' : '';
    return `${name} ${MODES[mode]}${work}`;
  });
  return lines.sort().join(', ');
}

/** What a query reads is its plan's affair. */
const READS = /^\(?(select|with|table|insert|update|delete|merge|copy|create (materialized|table more as|function)|refresh|truncate)/;

const byOid = ({ rows }) => new Map(rows.map((row) => [row.oid, row]));

/** What each statement of a file of cases locks: a description, or the server's refusal. */
export async function serverLocks(server, { setup, outside, statements }) {
  const admin = await server.connect('postgres');
  await admin.query('drop database if exists cases with (force)');
  await admin.query('create database cases');
  await admin.query('drop role if exists someone');
  const client = await server.connect('cases');
  const watcher = await server.connect('cases');
  try {
    await client.query("set timezone = 'UTC'");
    // The plans of foreign key checks: whether they read all of the referenced table.
    await client.query('set enable_seqscan = off');
    await client.query(setup);
    const found = [];
    for (const { sql } of statements) found.push(await (outside ? lockOutside : lockInside)(client, watcher, sql));
    return found;
  } finally {
    for (const open of [client, watcher]) await open.end();
    await admin.query('drop database cases with (force)');
    await admin.query('drop role if exists someone');
    await admin.end();
  }
}

async function lockInside(client, _, sql) {
  const relations = byOid(await client.query(RELATIONS));
  await client.query('begin');
  const before = byOid(await client.query(SCANS));
  try {
    await client.query(sql);
    const { rows } = await client.query(LOCKS, [client.processID]);
    const scanned = (await client.query(SCANS)).rows.filter(({ oid, scans }) => scans > (before.get(oid)?.scans ?? 0));
    const scans = READS.test(sql) ? [] : scanned.map(({ oid }) => oid);
    // TRUNCATE gives new files, too, but writes no rows.
    const files = /^truncate/.test(sql) ? relations : byOid(await client.query(RELATIONS));
    return describe(relations, rows, files, scans);
  } catch (error) {
    return `refused: ${error.message}`;
  } finally {
    await client.query('rollback');
  }
}

/** What cannot run in a transaction: the lock that it waits for while another session keeps all changes of the tables away. */
async function lockOutside(client, watcher, sql) {
  const relations = byOid(await watcher.query(RELATIONS));
  await watcher.query('begin');
  try {
    await watcher.query("lock table t, p in share update exclusive mode; comment on materialized view m is 'held'");
    const done = client.query(sql).catch((error) => error);
    for (let attempt = 0; attempt < 500; attempt++) {
      const { rows } = await watcher.query(`${LOCKS} and not granted`, [client.processID]);
      if (rows.length > 0) {
        await watcher.query('select pg_cancel_backend($1)', [client.processID]);
        await done;
        return describe(relations, rows, relations);
      }
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    return 'it waits for nothing';
  } finally {
    await watcher.query('rollback');
  }
}

/** The text that pgdry reads: each statement from the same start, as what it does is rolled back. */
export function asMigrations({ statements, outside }) {
  return outside
    ? statements.map(({ sql }) => sql)
    : [statements.map(({ sql }) => `begin;\n${sql}\nrollback;`).join('\n')];
}

/** The same description of what `pgdry check --locks` says of such a text. */
export function predictedLocks(statements, outside) {
  const own = outside ? statements : statements.filter((_, at) => at % 3 === 1);
  return own.map(({ applied, locks }) => {
    if (!applied) return 'refused';
    const seen = outside ? locks.filter(({ kind }) => kind !== 'index').slice(0, 1) : locks;
    const lines = seen.map(({ relation, kind, mode, rewrite, scan, build }) => {
      const work = rewrite && kind !== 'sequence' ? ' rewrite' : scan || build ? ' scan' : '';
      return `${relation} ${mode}${outside ? '' : work}`;
    });
    return lines.sort().join(', ');
  });
}
