// What CREATE EXTENSION brings, for each extension of a Supabase server: created on the oracle's server and read back.

import { readdirSync, readFileSync } from 'node:fs';
import {
  accessMethod,
  CAST_COLUMNS,
  castRows,
  columnList,
  columnsOf,
  elementType,
  FUNCTION_COLUMNS,
  functionLines,
  functionRows,
  OPCLASS_COLUMNS,
  opclassRows,
  OPERATOR_COLUMNS,
  operatorLines,
  operatorRows,
} from './catalog.mjs';
import { alterTable, createTable, grants, ident, tableExtras, tableIndexes } from './ddl.mjs';
import { header, table, word } from './format.mjs';
import { relations } from './introspect.mjs';

const stubs = new URL('../../tests/oracle/base/ext/', import.meta.url);
/** On the oracle's server, not on Supabase's. */
const ABSENT = /plperl|plpython/;
/** Supabase has a newer version of the same SQL. */
const VERSIONS = { vector: '0.8.6' };
/** Where an extension goes that leaves the choice to CREATE EXTENSION. */
export const TARGET = 'extensions';

export async function extensions(database, source) {
  const documented = new Set(
    readdirSync(stubs)
      .filter((file) => file.endsWith('.control'))
      .map((file) => file.replace('.control', '')),
  );
  const partial = [];
  await database.run(`create schema ${TARGET};`);
  const packaged = readPackaged();
  const lines = [];
  for (const extension of (await available(database.query)).filter(({ name }) => !ABSENT.test(name))) {
    const { name, version } = extension;
    const known = packaged.get(name);
    const stub = documented.has(name) && !known?.rest.length;
    // A package's first line names the schema and what is required; the version is Supabase's.
    const first = known?.first ?? firstLine(extension, stub);
    lines.push(['E', name, VERSIONS[name] ?? version, ...first.slice(3)]);
    lines.push(...(known?.rest.length ? known.rest : await describe(database, extension)));
    if (stub) partial.push(name);
  }
  return (
    header(source, [
      'Each extension: an E line, then lines of what it creates.',
      'E name, default version, fixed schema, created if missing (empty: the one that CREATE EXTENSION names), flags (r relocatable, d see below),',
      '  required extensions',
      'd: no server was there to ask. These have their documented shape only, which may lack functions and more, or all of it:',
      `  ${partial.join(' ')}`,
      "S a schema of its own. Names with a dot stand in such a schema, the others in the extension's.",
      '  A type without a dot is of pg_catalog, of this extension or of one that it requires; _name is an array as everywhere.',
      'T a type: typtype, typcategory, flags (c collatable, m takes modifiers, p preferred), name, detail as in types.tsv;',
      '  e: labels, %-encoded; c: columns as in relations.tsv. Each has an array type.',
      'F a function; O an operator; C a cast; A an operator class, each with these columns:',
      ...[...FUNCTION_COLUMNS, ...OPERATOR_COLUMNS, ...CAST_COLUMNS, ...OPCLASS_COLUMNS].map((line) => `  ${line}`),
      'N another object: kind, name, as in names.tsv',
      'V a view: name, columns as in relations.tsv',
      "Q a statement (for tables, sequences, their indexes, policies and grants, rules of views), to be run with the extension's schema as the search path",
    ]) + table(lines)
  );
}

/** facts/packaged.tsv, by extension. */
function readPackaged() {
  const rows = readFileSync(new URL('facts/packaged.tsv', import.meta.url), 'utf8')
    .split('\n')
    .filter((line) => line && !line.startsWith('#'));
  const byName = new Map();
  let current;
  for (const row of rows.map((line) => line.split('\t'))) {
    if (row[0] === 'E') byName.set(row[1], (current = { first: row, rest: [] }));
    else current.rest.push(row);
  }
  return byName;
}

/** The extensions that the server could create, in their default version. */
export const available = (query) =>
  query(`
  select v.name, v.version, v.schema, v.relocatable, v.requires::text[] as requires
  from pg_available_extension_versions v join pg_available_extensions a on a.name = v.name and a.default_version = v.version
  order by v.name collate "C"`);

export const firstLine = ({ name, version, schema, relocatable, requires }, documented) => [
  'E',
  name,
  version,
  schema,
  (relocatable ? 'r' : '') + (documented ? 'd' : ''),
  (requires ?? []).join(' '),
];

/** Creates the extension and reads the lines below its first. */
export async function describe({ run, query }, { name, schema }) {
  const home = schema ?? TARGET;
  await run(`
    set client_min_messages = error;
    create extension if not exists ${ident(name)} ${schema ? '' : `with schema ${TARGET}`} cascade;`);
  const member = (catalog, oid) => `exists (select from pg_depend d where d.classid = '${catalog}'::regclass and d.objid = ${oid}
    and d.deptype = 'e' and d.refobjid = (select oid from pg_extension where extname = '${name}'))`;
  const type = (
    oid,
  ) => `(select case when named_in.nspname in ('pg_catalog', '${home}', '${TARGET}') then '' else named_in.nspname || '.' end || named.typname
    from pg_type named join pg_namespace named_in on named_in.oid = named.typnamespace where named.oid = ${oid})`;
  const local = (object) => (object.schema === home ? object.name : `${object.schema}.${object.name}`);

  const [schemasOf, typesOf, functions, operators, casts, opclasses, othersOf, viewsOf, statementsOf] = await Promise.all([
    schemas(query, member),
    types(query, member, type),
    functionRows(query, member('pg_proc', 'p.oid'), type),
    operatorRows(query, member('pg_operator', 'o.oid'), type),
    castRows(query, member('pg_cast', 'c.oid'), type),
    opclassRows(query, member('pg_opclass', 'o.oid'), type),
    others(query, member),
    views(query, member, type),
    statements(query, member, name),
  ]);
  return [
    ...schemasOf.map((s) => ['S', s.name]),
    ...typesOf.map((t) => ['T', t.kind, t.category, t.flags, local(t), typeDetail(t)]),
    ...functionLines(functions.map((f) => ({ ...f, name: local(f) }))).map((line) => ['F', ...line]),
    ...operatorLines(operators).map((line) => ['O', ...line]),
    ...casts.map((line) => ['C', ...line]),
    ...opclasses.map((line) => ['A', ...line]),
    ...othersOf.map((o) => ['N', o.kind, o.name]),
    ...viewsOf.map((v) => ['V', local(v), columnList(v.columns)]),
    ...statementsOf.map((sql) => ['Q', sql.replaceAll(`${TARGET}.`, '')]),
  ];
}

function typeDetail({ kind, detail, columns, labels }) {
  if (kind === 'c') return columnList(columns);
  return kind === 'e' ? labels.map(word).join(' ') : detail;
}

const schemas = (query, member) => query(`select nspname as name from pg_namespace n where ${member('pg_namespace', 'n.oid')}`);

const types = (query, member, type) =>
  query(`
  select n.nspname as schema, t.typname as name, t.typtype as kind, t.typcategory as category,
    concat(case when t.typispreferred then 'p' end, case when t.typcollation <> 0 then 'c' end, case when t.typmodin <> 0 then 'm' end) as flags,
    case t.typtype
      when 'r' then (select ${type('rngsubtype')} || ' ' || ${type('rngmultitypid')} from pg_range where rngtypid = t.oid)
      when 'm' then (select ${type('rngtypid')} from pg_range where rngmultitypid = t.oid)
      when 'd' then ${type('t.typbasetype')}
      when 'b' then ${elementType('t', type)} end as detail,
    case when t.typtype = 'c' then ${columnsOf('t.typrelid', type)} end as columns,
    case when t.typtype = 'e' then (select json_agg(enumlabel order by enumsortorder) from pg_enum where enumtypid = t.oid) end as labels
  from pg_type t join pg_namespace n on n.oid = t.typnamespace
  where t.typisdefined and ${member('pg_type', 't.oid')} and not exists (select from pg_type e where e.typarray = t.oid)
    and (t.typtype <> 'c' or (select relkind from pg_class where oid = t.typrelid) = 'c')
  order by n.nspname collate "C", t.typname collate "C"`);

const views = (query, member, type) =>
  query(`
  select n.nspname as schema, c.relname as name, ${columnsOf('c.oid', type)} as columns
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where c.relkind = 'v' and ${member('pg_class', 'c.oid')} order by c.relname collate "C"`);

const others = (query, member) =>
  query(`
  select * from (
    select case amtype when 'i' then 'index' else 'table' end || ' access method' as kind,
      case amtype when 'i' then ${accessMethod('oid')} else amname end as name from pg_am where ${member('pg_am', 'oid')}
    union all select 'language', lanname from pg_language where ${member('pg_language', 'oid')}
    union all select 'foreign data wrapper', fdwname from pg_foreign_data_wrapper where ${member('pg_foreign_data_wrapper', 'oid')}
    union all select 'text search configuration', cfgname from pg_ts_config where ${member('pg_ts_config', 'oid')}
    union all select 'text search dictionary', dictname from pg_ts_dict where ${member('pg_ts_dict', 'oid')}
    union all select 'text search parser', prsname from pg_ts_parser where ${member('pg_ts_parser', 'oid')}
    union all select 'text search template', tmplname from pg_ts_template where ${member('pg_ts_template', 'oid')}
    union all select 'event trigger', evtname from pg_event_trigger where ${member('pg_event_trigger', 'oid')}) as objects
  order by kind, name collate "C"`);

async function statements(query, member, extension) {
  const [own, sequences, rules, acls] = await Promise.all([
    relations(query, extension),
    freeSequences(query, member),
    viewRules(query, member),
    schemaAcls(query, member),
  ]);
  const tables = own.filter(({ kind }) => kind === 'r' || kind === 'p');
  return [
    ...sequences.map((s) => `create sequence ${s.name}${s.type === 'bigint' ? '' : ` as ${s.type}`}${s.cycle ? ' cycle' : ''}`),
    ...tables.flatMap(createTable),
    ...tables.flatMap(tableIndexes),
    ...tables.flatMap((table) => alterTable(table)),
    ...tables.flatMap(tableExtras),
    ...rules.map((r) => r.definition),
    ...grants('schema', acls),
    ...grants(
      'table',
      own.filter(({ kind, acl }) => 'rpv'.includes(kind) && acl).map((r) => ({ target: `${r.schema}.${ident(r.name)}`, acl: r.acl })),
    ),
  ];
}

/** Those that no column owns. */
const freeSequences = (query, member) =>
  query(`
  select n.nspname || '.' || c.relname as name, format_type(s.seqtypid, -1) as type, s.seqcycle as cycle
  from pg_sequence s join pg_class c on c.oid = s.seqrelid join pg_namespace n on n.oid = c.relnamespace
  where ${member('pg_class', 'c.oid')}
    and not exists (select from pg_depend o where o.classid = 'pg_class'::regclass and o.objid = c.oid and o.deptype in ('a', 'i') and o.refobjsubid > 0)
  order by c.relname collate "C"`);

/** A view with them takes writes, whatever they do. */
const viewRules = (query, member) =>
  query(`
  select regexp_replace(lower(rtrim(pg_get_ruledef(r.oid), ';')), '\\s+', ' ', 'g') as definition
  from pg_rewrite r join pg_class c on c.oid = r.ev_class
  where c.relkind = 'v' and r.rulename <> '_RETURN' and ${member('pg_class', 'c.oid')} order by c.relname collate "C", r.ev_type`);

const schemaAcls = (query, member) =>
  query(`
  select nspname as target, nspacl::text as acl from pg_namespace n where ${member('pg_namespace', 'n.oid')} and nspacl is not null`);
