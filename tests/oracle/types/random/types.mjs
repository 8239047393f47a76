// The types that columns and arguments have: `{sql, literal, kind, eq}`. `literal` is a value without a cast, `kind` says what expressions
// can do with it, `eq` whether DISTINCT, GROUP BY and joins can compare it.

const type = (sql, literal, kind = 'other', eq = true) => ({ sql, literal, kind, eq });

export const INT = type('integer', '1', 'int');
export const BIGINT = type('bigint', '1', 'int');
export const NUMERIC = type('numeric', '1.5', 'number');
export const TEXT = type('text', "'x'", 'text');
export const BOOL = type('boolean', 'true', 'bool');
export const UUID = type('uuid', 'gen_random_uuid()', 'uuid');
export const JSONB = type('jsonb', "'{}'", 'jsonb');
export const DATE = type('date', 'current_date', 'date');
export const NOW = type('timestamp with time zone', 'now()', 'date');

export const COMMON = [
  INT, INT, BIGINT, TEXT, TEXT, TEXT, BOOL, UUID, JSONB, NOW, DATE, NUMERIC,
  type('int', '0', 'int'), type('varchar(40)', "'v'", 'text'), type('timestamptz', 'now()', 'date'), type('json', "'[]'", 'json', false),
  type('double precision', '0.5', 'number'), type('smallint', '1', 'int'),
];

const RARE = [
  type('int2', '1', 'int'), type('int8', '1', 'int'), type('float4', '1', 'number'), type('real', '1', 'number'), type('float8', '1', 'number'),
  type('float(10)', '1', 'number'), type('numeric(10,2)', '0', 'number'), type('decimal', '0', 'number'), type('character varying', "'v'", 'text'),
  type('char(3)', "'abc'", 'text'), type('character', "'a'", 'text'), type('bpchar', "'b'", 'text'), type('"char"', "'c'", 'other'),
  type('name', "'n'", 'text'), type('bytea', "'\\x00'"), type('time', "'12:00'"), type('time with time zone', "'12:00+00'"),
  type('timetz', "'12:00+00'"), type('timestamp', 'localtimestamp', 'date'), type('timestamptz(3)', 'now()', 'date'),
  type('timestamp without time zone', 'localtimestamp', 'date'), type('interval', "'1 day'"), type('interval day to second', "'1 day'"),
  type('money', "'1'"), type('inet', "'127.0.0.1'"), type('cidr', "'10.0.0.0/8'"), type('macaddr', "'08:00:2b:01:02:03'"),
  type('macaddr8', "'08:00:2b:01:02:03:04:05'"), type('bit(3)', "B'101'"), type('bit varying(5)', "B'1'"), type('varbit', "B'1'"),
  type('tsvector', "'a'"), type('tsquery', "'a'"), type('xml', "'<a/>'", 'other', false), type('point', "'(0,0)'", 'other', false),
  type('line', "'{1,2,3}'", 'other', false), type('lseg', "'((0,0),(1,1))'", 'other', false), type('box', "'((0,0),(1,1))'", 'other', false),
  type('path', "'((0,0),(1,1))'", 'other', false), type('polygon', "'((0,0),(1,1))'", 'other', false), type('circle', "'<(0,0),1>'", 'other', false),
  type('oid', '1'), type('regclass', "'pg_class'"), type('regtype', "'int4'"), type('regproc', "'now'"), type('regrole', 'null'),
  type('int4range', "'[1,2)'"), type('int8range', "'[1,2)'"), type('numrange', "'[1,2)'"), type('tsrange', "'(,)'"), type('tstzrange', "'(,)'"),
  type('daterange', "'(,)'"), type('int4multirange', "'{}'"), type('datemultirange', "'{}'"), type('pg_lsn', "'0/0'"),
  type('jsonpath', "'$'", 'other', false), type('txid_snapshot', "'1:1:'", 'other', false), type('pg_catalog.int4', '1', 'int'),
];

/** Extensions, what makes them, and the types that they bring. */
export const EXTENSIONS = [
  ['citext', [type('citext', "'c'", 'other')]],
  ['hstore', [type('hstore', "''", 'other')]],
  ['ltree', [type('ltree', "'a.b'", 'other')]],
  ['vector', [type('vector(3)', "'[1,2,3]'", 'other'), type('vector', "'[1]'", 'other'), type('halfvec(2)', "'[1,2]'", 'other')]],
];

/** Some type: often a common one, or one that the migrations made (`made`), or an array. */
export function anyType(dice, made, { arrays = 0.14 } = {}) {
  const chosen = dice.weighted([
    [6, () => dice.pick(COMMON)],
    [2.5, () => dice.pick(RARE)],
    [made.length > 0 ? 3 : 0, () => dice.pick(made)],
  ])();
  if (!dice.chance(arrays) || chosen.pseudo) return chosen;
  return arrayOf(chosen, dice.weighted([[6, '[]'], [1, '[][]'], [1, '[3]'], [1, ' array']]));
}

export function arrayOf(element, suffix = '[]') {
  return { sql: element.sql + suffix, literal: "'{}'", kind: 'array', eq: element.eq, element };
}
