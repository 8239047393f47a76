// What a PostgreSQL server has before the first migration: pg_catalog and information_schema, as tab-separated text.

import { header, sorted, table } from './format.mjs';

/** A type's name as the tables write it: bare in pg_catalog, else with its schema. */
const typeName = (type) =>
  `(select case named_in.nspname when 'pg_catalog' then '' else named_in.nspname || '.' end || named.typname
    from pg_type named join pg_namespace named_in on named_in.oid = named.typnamespace where named.oid = ${type})`;

const volatility = (expr) => `(select nullif(provolatile::text, 'i') from pg_proc where oid = ${expr})`;

/** What `x[i]` is for a base type `t`, or nothing. */
export const elementType = (t, type) => `
  case when ${t}.typsubscript = 0 then '' when ${t}.typsubscript::text ~ 'jsonb_subscript' then 'jsonb'
    when ${t}.typsubscript::text ~ 'hstore_subscript' then 'text' else ${type(`${t}.typelem`)} end`;

export const FUNCTION_COLUMNS = [
  'functions: name (empty: as the line before), [*]result (* returns a set), arguments, flags',
  '  argument: [&|>|%][name:]type[?]   & inout, > out or table column, % variadic, ? has a default',
  '  flags: kind a aggregate, o or h ordered-set or hypothetical-set aggregate with the number of direct arguments,',
  '           w window, p procedure (none: function);',
  '         s stable, v volatile (neither: immutable); - EXECUTE revoked from PUBLIC',
];

/** One line per function of `where` (a condition on pg_proc p); `type` writes a type's name, given SQL for its oid. */
export async function functionRows(query, where, type = typeName) {
  const rows = await query(`
    select n.nspname as schema, p.proname as name, p.prokind as kind, p.provolatile as volatility, p.proretset as set,
      p.pronargdefaults as defaults, ${type('p.prorettype')} as result,
      coalesce((select array_agg(${type('a.type')} order by a.k)
        from unnest(coalesce(p.proallargtypes, p.proargtypes::oid[])) with ordinality as a (type, k)), '{}') as types,
      coalesce(p.proargmodes, '{}') as modes, coalesce(p.proargnames, '{}') as names, p.provariadic <> 0 as variadic,
      (select case aggkind when 'n' then 'a' else concat(aggkind, aggnumdirectargs) end from pg_aggregate where aggfnoid = p.oid) as aggregate,
      not has_function_privilege('public', p.oid, 'execute') as revoked
    from pg_proc p join pg_namespace n on n.oid = p.pronamespace
    where not 'internal'::regtype = any (p.proargtypes) and p.prorettype <> 'internal'::regtype
      and p.oid not in (select unnest(array[typinput, typoutput, typmodin, typmodout]::oid[]) from pg_type)
      and p.proname !~ '^RI_FKey_' and ${where}
    order by n.nspname collate "C", p.proname collate "C", p.oid`);
  return rows.map((f) => {
    const modes = f.types.map((_, k) => f.modes[k] ?? (f.variadic && k === f.types.length - 1 ? 'v' : 'i'));
    const inputs = modes.filter((mode) => 'ibv'.includes(mode)).length;
    let input = 0;
    const args = f.types.map((name, k) => {
      const mode = { i: '', b: '&', v: '%', o: '>', t: '>' }[modes[k]];
      const optional = mode !== '>' && input++ >= inputs - f.defaults;
      return `${mode}${f.names[k] ? `${f.names[k]}:` : ''}${name}${optional ? '?' : ''}`;
    });
    const kind = { f: '', a: f.aggregate, w: 'w', p: 'p' }[f.kind];
    const flags = kind + (f.volatility === 'i' ? '' : f.volatility) + (f.revoked ? '-' : '');
    return { schema: f.schema, name: f.name, columns: [(f.set ? '*' : '') + f.result, args.join(' '), flags] };
  });
}

/** Function lines with repeated names left out. */
export function functionLines(rows) {
  let last;
  return rows.map(({ name, columns }) => {
    const line = [name === last ? '' : name, ...columns];
    last = name;
    return line;
  });
}

const inCatalog = (column) => `${column} in ('pg_catalog'::regnamespace, 'information_schema'::regnamespace)`;
const notOfExtension = (catalog, oid) =>
  `not exists (select from pg_depend where classid = '${catalog}'::regclass and objid = ${oid} and deptype = 'e')`;

export async function functions(query, source) {
  const rows = await functionRows(query, `${inCatalog('p.pronamespace')} and ${notOfExtension('pg_proc', 'p.oid')}`);
  const named = rows.map((f) => (f.schema === 'pg_catalog' ? f : { ...f, name: `${f.schema}.${f.name}` }));
  return (
    header(source, [
      ...FUNCTION_COLUMNS,
      'Names without a dot are in pg_catalog. Left out: what takes or returns internal, the input, output and typmod functions of types, RI_FKey_*.',
    ]) + table(functionLines(sorted(named, (f) => [f.name])))
  );
}

export async function types(query, source) {
  const rows = await query(`
    select t.oid, coalesce(nullif(t.typarray, 0)::text, '') as array, a.typname as array_name, t.typname as bare, ${typeName('t.oid')} as name,
      t.typtype as kind, t.typcategory as category,
      concat(case when t.typispreferred then 'p' end, case when t.typcollation <> 0 then 'c' end, case when t.typmodin <> 0 then 'm' end,
        case when ${volatility('t.typinput')} <> 'i' then 'i' end, case when ${volatility('t.typoutput')} <> 'i' then 'o' end) as flags,
      case t.typtype
        when 'r' then (select ${typeName('rngsubtype')} || ' ' || ${typeName('rngmultitypid')} from pg_range where rngtypid = t.oid)
        when 'm' then (select ${typeName('rngtypid')} from pg_range where rngmultitypid = t.oid)
        when 'd' then ${typeName('t.typbasetype')} || coalesce(
          substring(format_type(t.typbasetype, t.typtypmod) from '\\([0-9,]+\\)'), '') || case when t.typnotnull then '!' else '' end
        else ${elementType('t', typeName)} end as detail
    from pg_type t left join pg_type a on a.oid = t.typarray
    where ${inCatalog('t.typnamespace')} and t.typrelid = 0 and ${notOfExtension('pg_type', 't.oid')}
      and not (t.typcategory = 'A' and t.typelem <> 0 and exists (select from pg_type e where e.typarray = t.oid))
    order by t.typnamespace <> 'pg_catalog'::regnamespace, t.typname collate "C"`);
  for (const { array_name: array, bare } of rows) {
    if (array && array !== `_${bare}`) throw new Error(`the array of ${bare} is called ${array}`);
  }
  return (
    header(source, [
      'types: oid, oid of its array (named _name; empty: none), typtype (b base, d domain, r range, m multirange, p pseudo), typcategory,',
      '  flags (p preferred, c collatable, m takes modifiers, i its input and o its output function is not immutable), name, detail',
      '  detail: r subtype and multirange; m range; d base type[(modifier)][! not null]; b the type that [] yields on it, if any',
      'Arrays have typtype b, typcategory A; their input and output functions are stable. Row types of relations are in relations.tsv.',
    ]) + table(rows.map((t) => [t.oid, t.array, t.kind, t.category, t.flags, t.name, t.detail]))
  );
}

export async function operatorRows(query, where, type = typeName) {
  const rows = await query(`
    select o.oprname as name, case when o.oprleft = 0 then '-' else ${type('o.oprleft')} end as "left", ${type('o.oprright')} as "right",
      ${type('o.oprresult')} as result, coalesce(${volatility('o.oprcode')}, '') as volatility
    from pg_operator o where ${where} and o.oprresult <> 0
      and not 'internal'::regtype in (o.oprleft, o.oprright)`);
  return sorted(rows, (o) => [o.name, o.left, o.right]);
}

export const OPERATOR_COLUMNS = [
  'operators: name (empty: as the line before), left type (- prefix operator), right type, result, s stable or v volatile (neither: immutable)',
];

export function operatorLines(rows) {
  let last;
  return rows.map((o) => {
    const line = [o.name === last ? '' : o.name, o.left, o.right, o.result, o.volatility];
    last = o.name;
    return line;
  });
}

export async function operators(query, source) {
  const rows = await operatorRows(query, `o.oprnamespace = 'pg_catalog'::regnamespace and ${notOfExtension('pg_operator', 'o.oid')}`);
  return header(source, OPERATOR_COLUMNS) + table(operatorLines(rows));
}

export const CAST_COLUMNS = [
  "casts: source, target, context (i implicit, a assignment, e explicit), flags: b without function, o by the types' input and output functions,",
  '  s its function is stable, v volatile (none: an immutable function)',
];

export async function castRows(query, where, type = typeName) {
  const rows = await query(`
    select ${type('c.castsource')} as source, ${type('c.casttarget')} as target, c.castcontext as context,
      case c.castmethod when 'b' then 'b' when 'i' then 'o' else coalesce(${volatility('c.castfunc')}, '') end as flags
    from pg_cast c where ${where}`);
  return sorted(
    rows.map((c) => [c.source, c.target, c.context, c.flags]),
    (c) => c,
  );
}

export async function casts(query, source) {
  return header(source, CAST_COLUMNS) + table(await castRows(query, notOfExtension('pg_cast', 'c.oid')));
}

export const OPCLASS_COLUMNS = ['operator classes: access method, name, input type, d default, operator family (empty: of the same name)'];

export async function opclassRows(query, where, type = typeName) {
  const rows = await query(`
    select a.amname as method, o.opcname as name, ${type('o.opcintype')} as type, o.opcdefault as "default", f.opfname as family
    from pg_opclass o join pg_am a on a.oid = o.opcmethod join pg_opfamily f on f.oid = o.opcfamily
    where ${where}`);
  return sorted(
    rows.map((o) => [o.method, o.name, o.type, o.default ? 'd' : '', o.family === o.name ? '' : o.family]),
    (o) => o,
  );
}

export async function opclasses(query, source) {
  const rows = await opclassRows(query, `o.opcnamespace = 'pg_catalog'::regnamespace and ${notOfExtension('pg_opclass', 'o.oid')}`);
  return header(source, OPCLASS_COLUMNS) + table(rows);
}

/** The columns of a relation, `name:type` and only `name` where the type is that of the column before. */
export function columnList(columns) {
  let last;
  return columns
    .map(({ name, type }) => {
      const text = type === last ? name : `${name}:${type}`;
      last = type;
      return text;
    })
    .join(' ');
}

export const columnsOf = (oid, type = typeName) => `
  (select json_agg(json_build_object('name', a.attname, 'type', ${type('a.atttypid')}) order by a.attnum)
   from pg_attribute a where a.attrelid = ${oid} and a.attnum > 0 and not a.attisdropped)`;

export async function relations(query, source) {
  const rows = await query(`
    select case n.nspname when 'pg_catalog' then '' else n.nspname || '.' end || c.relname as name, c.relkind as kind,
      case when c.relkind = 'r' and n.nspname = 'pg_catalog' then c.oid::text else '' end as oid, ${columnsOf('c.oid')} as columns
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where ${inCatalog('c.relnamespace')} and c.relkind in ('r', 'v') and ${notOfExtension('pg_class', 'c.oid')}
    order by n.nspname <> 'pg_catalog', c.relname collate "C"`);
  return (
    header(source, [
      'relations: name, relkind (r table, v view), oid (tables of pg_catalog), columns',
      '  column: name:type, or name alone: of the type of the column before',
    ]) + table(rows.map((r) => [r.name, r.kind, r.oid, columnList(r.columns)]))
  );
}

/** An index access method's name and abilities. */
export function accessMethod(oid) {
  const abilities = { o: 'can_order', u: 'can_unique', m: 'can_multi_col', x: 'can_exclude', i: 'can_include' };
  const letters = Object.entries(abilities).map(
    ([letter, property]) => `case when pg_indexam_has_property(${oid}, '${property}') then '${letter}' end`,
  );
  return `concat(amname, ':', ${letters.join(', ')})`;
}

/** Objects of which only the name matters, by kind. */
const NAMES = {
  'index access method': `select ${accessMethod('oid')} from pg_am where amtype = 'i'`,
  'table access method': "select amname from pg_am where amtype = 't'",
  language: 'select lanname from pg_language',
  // Those of the operating system differ from machine to machine; ICU's are the same wherever the server has ICU.
  collation: "select collname from pg_collation where collprovider in ('d', 'b') or collname in ('C', 'POSIX')",
  'icu collation': "select regexp_replace(collname, '-x-icu$', '') from pg_collation where collprovider = 'i' and collname like '%-x-icu'",
  'text search configuration': 'select cfgname from pg_ts_config',
  'text search dictionary': 'select dictname from pg_ts_dict',
  'text search parser': 'select prsname from pg_ts_parser',
  'text search template': 'select tmplname from pg_ts_template',
  conversion: 'select conname from pg_conversion',
  schema: 'select nspname from pg_namespace where oid < 16384',
  database: 'select datname from pg_database where oid < 16384',
  role: "select rolname from pg_roles where rolname like 'pg\\_%'",
  tablespace: 'select spcname from pg_tablespace',
  extension: 'select extname from pg_extension',
};

export async function names(query, source) {
  const lines = [];
  for (const [kind, sql] of Object.entries(NAMES)) {
    const rows = await query(`select name from (${sql}) as names (name) where name is not null order by name collate "C"`);
    lines.push([kind, rows.map((row) => row.name).join(' ')]);
  }
  const members = await query(`
    select r.rolname as role, string_agg(m.rolname, ' ' order by m.rolname collate "C") as members
    from pg_auth_members a join pg_roles r on r.oid = a.member join pg_roles m on m.oid = a.roleid
    where r.rolname like 'pg\\_%' group by r.rolname order by r.rolname collate "C"`);
  for (const { role, members: granted } of members) lines.push(['member', `${role} ${granted}`]);
  return (
    header(source, [
      'names: kind of object, names',
      '  index access method: name:abilities (o ordered, u unique, m multicolumn, x exclusion constraints, i INCLUDE)',
      '  member: a role, the roles that it is a member of',
      '  icu collation: without -x-icu at its end',
      "Of the collations only those that every server with ICU has; the operating system's come on top.",
    ]) + table(lines)
  );
}

export async function settings(query, source) {
  const rows = await query(`
    select name, left(context, 1) || case context when 'superuser-backend' then 'b' when 'sighup' then 'h' else '' end as context,
      vartype, enumvals from pg_settings where name not like '%.%' order by name collate "C"`);
  return (
    header(source, [
      'settings: name, context (i internal, p postmaster, sh sighup, sb superuser-backend, b backend, s superuser, u user), type (b bool, e enum, i integer, r real, s string), enum values',
    ]) + table(rows.map((s) => [s.name, s.context, s.vartype[0], (s.enumvals ?? []).join(' ')]))
  );
}
