// Real rows: cases/rich.sql and rows.sql on a real server, and every row as to_json makes it, which is how PostgREST sends rows.
import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { startServer } from '../oracle/server.mjs';
import { pgdry, project } from '../support/pgdry.mjs';

export const folder = path.join(project, 'tests', 'targets');
export const rich = path.join(folder, 'cases', 'rich.sql');
export const schemas = ['public', 'app', 'Odd-Schema'];

/** Calls of functions in public: arguments, and SQL with the result as JSON (a list, where it is a set). */
const calls = {
  search: [{ query: 'x', kinds: ['ok'], limit: 3 }, "select json_agg(f) from public.search('x', '{ok}', 3) f"],
  people_of: [{ status: 'live' }, "select json_agg(f) from public.people_of('live') f"],
  one_person: [{}, 'select to_json(public.one_person())'],
  bounds: [{}, 'select to_json(public.bounds())'],
  echo: [{ '': { a: [1, null] } }, `select to_json(public.echo('{"a": [1, null]}'))`],
  names: [{}, 'select json_agg(f) from public.names() f'],
  anything: [{ v: 1 }, 'select to_json(public.anything(1))'],
};

/**
 * The rows of every relation and what some functions return, and what `use` makes of the server and the database before they are gone:
 * `{relations: [{schema, section, name, rows}], functions: [{name, args, returned}], used}`.
 */
export async function realRows(use = () => undefined) {
  const server = await startServer();
  try {
    const database = 'targets';
    assert.deepEqual(await server.applyFolder(database, rich), []);
    assert.deepEqual(await server.applyFile(database, folder, 'rows.sql'), []);
    const json = async (sql) => JSON.parse((await server.query(database, sql)).join('\n'));
    const relations = await json(`
      select json_agg(json_build_object('schema', n.nspname, 'name', c.relname, 'sql', format('%I.%I', n.nspname, c.relname),
        'section', case when c.relkind in ('v', 'm') then 'Views' else 'Tables' end))
      from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where c.relkind in ('r', 'p', 'v', 'm') and n.nspname in ('public', 'app', 'Odd-Schema')`);
    for (const relation of relations) {
      relation.rows = await json(`select coalesce(json_agg(r), '[]') from ${relation.sql} r`);
    }
    const functions = [];
    for (const [name, [args, sql]] of Object.entries(calls)) functions.push({ name, args, returned: await json(sql) });
    return { relations, functions, used: await use(server, database) };
  } finally {
    await server.stop();
  }
}

/** What `pgdry types` prints for a file's schemas. */
export function types(file, options, names = schemas) {
  const run = pgdry(['types', file, '--schema', names.join(','), ...options]);
  assert.equal(run.status, 0, run.stderr);
  assert.equal(run.stderr, '');
  return run.stdout;
}

/** Writes a file into this folder's `output`, where it finds the packages of this folder. */
export function write(name, text) {
  const file = path.join(folder, 'output', name);
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, text);
  return file;
}
