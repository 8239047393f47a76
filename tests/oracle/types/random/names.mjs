// Names for everything: plain ones, and those that quoting, sorting, truncation and TypeScript's syntax trip over.

const PLAIN = [
  'users', 'posts', 'comments', 'orders', 'items', 'teams', 'members', 'tags', 'events', 'files', 'notes', 'profiles', 'roles', 'invoices',
  'messages', 'products', 'reviews', 'sessions', 'settings', 'tasks', 'a', 'b', 'x1', 'x10', 'x2', 'item_a', 'itema', 'item1', 'status',
  'owner', 'parent', 'kind', 'amount', 'title', 'body', 'data', 'created', 'position', 'slug', 'email', 'price', 'total', 'label', 'score',
];
const ODD = [
  'Users', 'createdAt', 'UPPER', 'with space', 'select', 'table', 'user', 'order', 'group', 'class', 'default', 'new', 'null', 'true', 'string',
  'ünïcödé', 'Ärger', 'zürich', '日本語', 'emoji 🎉', 'a-b', 'a.b', 'a$b', '1st', '42', '_private', '_users', '__', '$ref', "it's", 'say "hi"',
  'back\\slash', 'per%cent', 'a/b', 'x:y', 'a,b', '(paren)', '[brackets]', '{brace}', '<tag>', 'x'.repeat(63), `${'long_name_'.repeat(6)}abc`,
  'é'.repeat(31), 'Row', 'Insert', 'Json', 'key', 'value', 'never', 'public', 'int4', 'text',
];
// Names that are no column or function name without quotes, beyond what the pattern below excludes; more than needed does no harm.
const RESERVED = new Set(
  `all analyse analyze and any array as asc asymmetric authorization binary both case cast check collate collation column concurrently constraint
  create cross current_catalog current_date current_role current_schema current_time current_timestamp current_user default deferrable desc
  distinct do else end except false fetch for foreign freeze from full grant group having ilike in initially inner intersect into is isnull join
  lateral leading left like limit localtime localtimestamp natural not notnull null offset on only or order outer overlaps placing primary
  references returning right select session_user similar some symmetric system_user table tablesample then to trailing true union unique user
  using variadic verbose when where window with int4 text value values position row name time timestamp interval char new key setof out inout`
    .split(/\s+/),
);

/** The name as it is written in SQL. */
export function quoted(name) {
  return /^[a-z_][a-z0-9_]*$/.test(name) && !RESERVED.has(name) ? name : `"${name.replaceAll('"', '""')}"`;
}

/** A name that is not in `taken`, and is from now on. */
export function freshName(dice, taken, { odd = 0.12 } = {}) {
  const name = dice.pick(dice.chance(odd) ? ODD : PLAIN);
  if (!taken.has(name)) return take(taken, name);
  for (let n = 2; ; n++) {
    // Names of different lengths keep their ends apart from where 63 bytes cut them.
    const numbered = cut(name, 60 - String(n).length) + (dice.chance(0.5) ? `_${n}` : n);
    if (!taken.has(numbered)) return take(taken, numbered);
  }
}

function take(taken, name) {
  taken.add(name);
  return name;
}

/** The name's beginning, no longer than so many bytes. */
function cut(name, bytes) {
  let result = '';
  for (const character of name) {
    if (Buffer.byteLength(result + character) > bytes) break;
    result += character;
  }
  return result;
}
