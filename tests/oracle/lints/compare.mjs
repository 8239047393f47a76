// The rows of splinter that pgdry's findings stand for, beside splinter's own.
import { configFile, pgdry } from '../../support/pgdry.mjs';

/** About use, size and what the server has installed: migrations do not tell. */
const NOT_IN_MIGRATIONS = ['unused_index', 'table_bloat', 'extension_versions_outdated'];
/** The schemas that the API of a new project exposes. */
const EXPOSED = 'public,graphql_public';

/** `[{name, key, object}]` of every finding. */
export function pgdryRows(paths) {
  const args = ['check', ...paths, '--config', configFile, '--preset', 'supabase', '--format', 'json', '--fail-on', 'never'];
  const run = pgdry(args);
  if (run.status !== 0) throw new Error(`pgdry exited ${run.status}:\n${run.stderr}`);
  return JSON.parse(run.stdout).findings.flatMap((finding) =>
    finding.splinter.map(({ name, key }) => ({ name, key, object: finding.object })),
  );
}

/** What splinter's SQL finds in a database. */
export async function splinterRows(server, database, sql) {
  const query = sql.replace(/^\s*set local search_path = '';/, '');
  const [rows] = await server.query(
    database,
    `set local search_path = ''; set local pgrst.db_schemas = '${EXPOSED}';
    select coalesce(json_agg(json_build_object('name', name, 'key', cache_key, 'schema', metadata->>'schema', 'object', metadata->>'name')
      order by name, cache_key)::text, '[]') from (${query}) as lints`,
  );
  return JSON.parse(rows);
}

/** By lint: what both say, what pgdry says alone, what splinter says alone. */
export function compareRows(own, real) {
  const lints = new Map();
  const of = (name) => {
    if (!lints.has(name)) lints.set(name, { both: 0, extra: [], missing: [] });
    return lints.get(name);
  };
  const left = new Map();
  const id = (row) => JSON.stringify([row.name, row.key]);
  for (const row of own) left.set(id(row), [...(left.get(id(row)) ?? []), row]);
  for (const row of real.filter((each) => !NOT_IN_MIGRATIONS.includes(each.name))) {
    const same = left.get(id(row))?.pop();
    if (same === undefined) of(row.name).missing.push(row.key);
    else if (row.schema !== null && same.object !== `${row.schema}.${row.object}` && !isOfPartition(row)) {
      throw new Error(`${row.key}: the finding is about ${same.object}`);
    } else of(row.name).both++;
  }
  for (const row of [...left.values()].flat()) of(row.name).extra.push(row.key);
  return lints;
}

/** A finding about a partitioned table's key stands for those of its partitions. */
function isOfPartition(row) {
  return row.name === 'unindexed_foreign_keys';
}
