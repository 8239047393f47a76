// SQL that creates what the facts describe (scripts/base/facts, and what introspect.mjs reads). One statement a string, lower case, without `;`.

const PLAIN_IDENTIFIER = /^[a-z_][a-z0-9_$]*$/;
/** Reserved words among the names of the base. */
const RESERVED = new Set([
  'all',
  'create',
  'default',
  'end',
  'from',
  'group',
  'limit',
  'order',
  'references',
  'select',
  'table',
  'to',
  'user',
  'window',
]);

export function ident(name) {
  return PLAIN_IDENTIFIER.test(name) && !RESERVED.has(name) ? name : `"${name.replaceAll('"', '""')}"`;
}

export const literal = (text) => `'${text.replaceAll("'", "''")}'`;

/** Keywords in lower case; strings and quoted names as they are. */
export function lower(sql) {
  return sql.replace(/'(?:[^']|'')*'|"(?:[^"]|"")*"|[^'"]+/g, (part) => (/^['"]/.test(part) ? part : part.toLowerCase()));
}

const qualified = ({ schema, name }) => `${ident(schema)}.${ident(name)}`;
const CONSTRAINT_ORDER = ['PRIMARY', 'UNIQUE', 'CHECK', 'EXCLUDE'];

export function createType({ schema, name, labels, attributes, base, checks }) {
  const type = qualified({ schema, name });
  if (labels) return [`create type ${type} as enum (${labels.map(literal).join(', ')})`];
  if (attributes) return [`create type ${type} as (${attributes.map((a) => `${ident(a.name)} ${a.type}`).join(', ')})`];
  return [`create domain ${type} as ${base}${(checks ?? []).map((c) => ` constraint ${ident(c.name)} ${lower(c.def)}`).join('')}`];
}

/** With its constraints, but for foreign keys: what they reference may not be there yet. */
export function createTable(table) {
  const elements = [...table.columns.map((column) => columnDefinition(table, column)), ...constraintsOf(table, (def) => !isForeignKey(def))];
  const partition = table.partition_by ? ` partition by ${table.partition_by}` : '';
  const unlogged = table.unlogged ? 'unlogged ' : '';
  return [`create ${unlogged}table ${qualified(table)} (${elements.join(', ')})${partition}`];
}

const SERIAL = { smallint: 'smallserial', integer: 'serial', bigint: 'bigserial' };

function columnDefinition(table, column) {
  const own = `${table.name}_${column.name}_seq`;
  const next = /^nextval\('(?:\w+\.)?(\w+)'::regclass\)$/.exec(column.default ?? '');
  if (next && next[1] === own && SERIAL[column.type]) return `${ident(column.name)} ${SERIAL[column.type]}`;
  let text = `${ident(column.name)} ${column.type}`;
  if (column.generated) text += ` generated always as (${lower(column.generated)}) stored`;
  else if (column.identity) text += ` generated ${column.identity === 'a' ? 'always' : 'by default'} as identity`;
  else if (column.default) text += ` default ${lower(column.default)}`;
  return column.not_null ? `${text} not null` : text;
}

const isForeignKey = (def) => def.startsWith('FOREIGN KEY');

function constraintsOf(table, which) {
  const rank = ({ def }) => CONSTRAINT_ORDER.indexOf(def.split(' ')[0]);
  return (table.constraints ?? [])
    .filter(({ def }) => which(def))
    .sort((a, b) => rank(a) - rank(b))
    .map(({ name, def }) => {
      const target = def.replace(/(?<= REFERENCES )(?=[\w"]+\()/, `${ident(table.schema)}.`);
      return `constraint ${ident(name)} ${lower(target)}`;
    });
}

/** What is left to do when all tables are there: foreign keys, row level security, and the owner, if given. */
export function alterTable(table, owner) {
  const actions = [
    ...constraintsOf(table, isForeignKey).map((constraint) => `add ${constraint}`),
    ...(table.rls ? ['enable row level security'] : []),
    ...(owner ? [`owner to ${owner}`] : []),
  ];
  return actions.length ? [`alter table ${qualified(table)} ${actions.join(', ')}`] : [];
}

/** The indexes that no constraint makes. */
export function tableIndexes(table) {
  const made = new Set((table.constraints ?? []).map((constraint) => constraint.name));
  return (table.indexes ?? [])
    .filter((def) => !made.has(/ INDEX ("(?:[^"]|"")+"|\S+) ON /.exec(def)[1].replaceAll('"', '')))
    .map((def) => lower(def.replace(' USING btree', '')));
}

export function tableExtras(table) {
  const name = qualified(table);
  return [
    ...(table.policies ?? []).map((p) => `create policy ${ident(p.name)} on ${name}${lower(p.def)}`),
    ...(table.triggers ?? []).map((t) => `create trigger ${ident(t.name)} ${lower(t.def)}`),
  ];
}

export function createFunction(f) {
  const volatility = { i: ' immutable', s: ' stable', v: '' }[f.volatility];
  const definer = f.security_definer ? ' security definer' : '';
  return `create function ${qualified(f)}(${lower(f.args)}) returns ${lower(f.result)} language ${f.language}${volatility}${definer} as ${body(f)}`;
}

/** The real bodies are not known; these do nothing and are valid. */
function body({ language, result }) {
  if (language === 'sql') return `'select null::${lower(result)}'`;
  if (result === 'trigger') return "'begin return new; end'";
  return /^(SETOF |TABLE\(|void$)/.test(result) ? "'begin return; end'" : "'begin return null; end'";
}

const PRIVILEGES = {
  table: { a: 'insert', r: 'select', w: 'update', d: 'delete', D: 'truncate', x: 'references', t: 'trigger', m: 'maintain' },
  sequence: { r: 'select', w: 'update', U: 'usage' },
  function: { X: 'execute' },
  schema: { U: 'usage', C: 'create' },
};

/** `{a=rw,b=r*}` as [{grantee, grantor, plain, grantable}]: letters, sorted; `grantable` those with grant option. */
export function parseAcl(acl) {
  const items = acl.slice(1, -1).split(',').filter(Boolean);
  return items.map((item) => {
    const [, grantee, letters, grantor] = /^"?([^=]*)=([a-zA-Z*]*)\/([^"]*)"?$/.exec(item);
    const held = letters.match(/[a-zA-Z]\*?/g) ?? [];
    const pick = (starred) =>
      held
        .filter((letter) => letter.endsWith('*') === starred)
        .map((l) => l[0])
        .sort()
        .join('');
    return { grantee, grantor, plain: pick(false), grantable: pick(true) };
  });
}

/**
 * The GRANTs that give each of `objects` ({target, acl}) its privileges, said as shortly as they can be.
 * `everywhere` stands for all the objects together: `all tables in schema auth`.
 */
export function grants(kind, objects, everywhere) {
  // What the owner has, and PUBLIC on a function, is there without any GRANT.
  const byItself = ({ grantee, grantor }) => grantee === grantor || (grantee === '' && kind === 'function');
  return grantsOf(kind, objects, everywhere, byItself);
}

function grantsOf(kind, objects, everywhere, byItself) {
  const wanted = objects.flatMap(({ target, acl }) =>
    (acl ? parseAcl(acl) : []).flatMap((item) => {
      if (byItself(item)) return [];
      const each = (letters, option) =>
        letters ? [{ target, letters, option, grantee: item.grantee === '' ? 'public' : ident(item.grantee) }] : [];
      const held = [...item.plain, ...item.grantable].sort().join('');
      return [...each(item.plain && held, ''), ...each(item.grantable, ' with grant option')];
    }),
  );
  const perGrantee = collect(
    wanted,
    (w) => [w.letters, w.option, w.grantee],
    (w) => w.target,
  );
  const perTargets = collect(
    perGrantee,
    ({ key: [letters, option], values }) => [letters, option, values.join(', ')],
    ({ key }) => key[2],
  );
  const every = objects.map((object) => object.target).join(', ');
  return perTargets.map(({ key: [letters, option, targets], values: grantees }) => {
    const on = everywhere && targets === every ? everywhere : `${kind} ${targets}`;
    return `grant ${privilegeNames(kind, letters)} on ${on} to ${grantees.join(', ')}${option}`;
  });
}

function privilegeNames(kind, letters) {
  const names = PRIVILEGES[kind];
  return letters === Object.keys(names).sort().join('') ? 'all' : [...letters].map((letter) => names[letter]).join(', ');
}

function collect(items, key, value) {
  const groups = new Map();
  for (const item of items) {
    const parts = key(item);
    const name = parts.join('\0');
    if (!groups.has(name)) groups.set(name, { key: parts, values: [] });
    groups.get(name).values.push(value(item));
  }
  return [...groups.values()];
}

const DEFAULT_KINDS = { r: 'table', S: 'sequence', f: 'function' };

export function defaultPrivileges({ role, schema, object, acl }) {
  const kind = DEFAULT_KINDS[object];
  return grantsOf(kind, [{ target: '', acl }], `${kind}s`, () => false).map(
    (grant) => `alter default privileges for role ${ident(role)} in schema ${ident(schema)} ${grant}`,
  );
}
