/** What may be written next, by the names that there are. In the worker: a large schema has more names than should cross to the page. */

import type { Completion } from '@codemirror/autocomplete';
import type { Schema, SchemaObjects } from '../protocol';

/** A table, view, or the like, with its columns. */
interface Relation {
  schema: string;
  name: string;
  kind: string;
  columns: readonly { name: string; type: string | null }[];
}

/** What is there before the first migration and often named; the schema that the validator gives has only what migrations made. */
const supabaseRelations: readonly Relation[] = [
  {
    schema: 'auth',
    name: 'users',
    kind: 'table',
    columns: ['id', 'email', 'phone', 'role', 'raw_app_meta_data', 'raw_user_meta_data', 'created_at', 'updated_at', 'last_sign_in_at'].map((name) => ({ name, type: null })),
  },
  { schema: 'storage', name: 'objects', kind: 'table', columns: ['id', 'bucket_id', 'name', 'owner', 'owner_id', 'metadata', 'created_at'].map((name) => ({ name, type: null })) },
  { schema: 'storage', name: 'buckets', kind: 'table', columns: ['id', 'name', 'public', 'owner', 'created_at'].map((name) => ({ name, type: null })) },
];
const supabaseFunctions = ['auth.uid', 'auth.jwt', 'auth.role', 'storage.foldername'];
const supabaseRoles = ['anon', 'authenticated', 'service_role', 'postgres'];
const commonTypes = ['uuid', 'text', 'bigint', 'integer', 'boolean', 'jsonb', 'timestamptz', 'date', 'numeric', 'bytea', 'double precision'];
const commonFunctions = ['now', 'gen_random_uuid', 'coalesce', 'current_setting', 'count', 'jsonb_build_object', 'lower', 'length'];

interface Names {
  schemas: string[];
  relations: Relation[];
  functions: { schema: string; name: string; detail: string }[];
  types: { schema: string; name: string; detail: string }[];
  roles: string[];
}

/** What the schema before a migration names, and what the migration made or changed. */
export function namesOf(before: Schema | undefined, made: Schema, supabase: boolean): Names {
  const names: Names = { schemas: ['public'], relations: [], functions: [], types: [], roles: ['public', 'current_user'] };
  const schemas = new Map<string, SchemaObjects[]>();
  for (const schema of before ? [made, before] : [made]) {
    for (const objects of schema.schemas) schemas.set(objects.name, [...(schemas.get(objects.name) ?? []), objects]);
    names.roles.push(...schema.roles);
  }
  for (const [schema, versions] of schemas) {
    names.schemas.push(schema);
    for (const { tables, views, functions, enums, composites, domains } of versions) {
      names.relations.push(...tables.map(({ name, kind, columns }) => ({ schema, name, kind, columns })));
      names.relations.push(...views.map(({ name, columns }) => ({ schema, name, kind: 'view', columns: columns ?? [] })));
      names.functions.push(
        ...functions.map(({ name, arguments: given, returns }) => ({ schema, name, detail: `(${given.map(({ type }) => type).join(', ')}) → ${returns}` })),
      );
      names.types.push(...enums.map(({ name, labels }) => ({ schema, name, detail: labels.join(' | ') })));
      names.types.push(...composites.map(({ name }) => ({ schema, name, detail: 'composite' })), ...domains.map(({ name, base }) => ({ schema, name, detail: base })));
    }
  }
  if (supabase) {
    names.schemas.push('auth', 'storage', 'extensions');
    names.relations.push(...supabaseRelations);
    names.roles.push(...supabaseRoles);
    names.functions.push(...supabaseFunctions.map((name) => ({ schema: name.split('.')[0] ?? '', name: name.split('.')[1] ?? '', detail: '' })));
  }
  return names;
}

const IDENTIFIER = '(?:"(?:[^"]|"")+"|[\\p{L}_][\\p{L}\\p{N}_$]*)';
const QUALIFIED = `(?:(${IDENTIFIER})\\.)?(${IDENTIFIER})`;
const USED = new RegExp(`\\b(?:from|join|into|update|table|on|references|only)\\s+(?:only\\s+|if\\s+(?:not\\s+)?exists\\s+)*${QUALIFIED}(?:\\s+(?:as\\s+)?(${IDENTIFIER}))?`, 'giu');

const plain = (name: string): string => (name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name.toLowerCase());
/** As it must be written. */
const written = (name: string): string => (/^[a-z_][a-z0-9_$]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`);

/** The relations that the statement around the cursor uses, with their aliases. */
function used(statement: string, names: Names): { relation: Relation; alias: string | undefined }[] {
  return [...statement.matchAll(USED)].flatMap(([, schema, name, alias]) => {
    const relation = names.relations.find((each) => each.name === plain(name!) && (schema ? each.schema === plain(schema) : true));
    return relation ? [{ relation, alias: alias && plain(alias) }] : [];
  });
}

const option = (name: string, type: string, detail: string | null | undefined, boost: number): Completion => ({
  label: written(name),
  type,
  boost,
  ...(detail ? { detail } : {}),
});

function columnsOf({ columns, name }: Relation, boost: number): Completion[] {
  return columns.map((column) => option(column.name, 'property', column.type ?? name, boost));
}

function relations(names: Names, schema?: string, boost = 0): Completion[] {
  return names.relations
    .filter((each) => schema === undefined || each.schema === schema)
    .map((each) => ({
      ...option(each.name, 'class', schema === undefined ? `${each.schema}, ${each.kind}` : each.kind, boost),
      // A name of another schema must say so.
      ...(schema === undefined && each.schema !== 'public' ? { apply: `${written(each.schema)}.${written(each.name)}` } : {}),
    }));
}

function unique(options: readonly Completion[]): Completion[] {
  const seen = new Set<string>();
  return options.filter(({ label, type }) => !seen.has(`${type} ${label}`) && seen.add(`${type} ${label}`));
}

export interface Options {
  options: Completion[];
  withKeywords: boolean;
}

/** The options at the end of `before`, the statement's text up to the word at the cursor. */
export function optionsAt(before: string, statement: string, names: Names): Options {
  const inUse = used(statement, names);
  const [, qualifier] = new RegExp(`(${IDENTIFIER})\\.$`, 'u').exec(before) ?? [];
  if (qualifier !== undefined) {
    const name = plain(qualifier);
    const columns = inUse.filter(({ relation, alias }) => alias === name || relation.name === name).flatMap(({ relation }) => columnsOf(relation, 2));
    // `new.` and `old.` in a trigger's function could be any table's row; a table by its own name is one of them.
    const objects = names.schemas.includes(name)
      ? [
          ...relations(names, name, 1),
          ...names.functions.filter(({ schema }) => schema === name).map((each) => option(each.name, 'function', each.detail, 0)),
          ...names.types.filter(({ schema }) => schema === name).map((each) => option(each.name, 'type', each.detail, 0)),
        ]
      : [];
    return { options: unique([...columns, ...objects]), withKeywords: false };
  }
  const schemas = [...new Set(names.schemas)].map((name) => option(name, 'namespace', 'schema', -1));
  if (/\b(?:to|owner\s+to|role|user)\s+(?:[\w"]+\s*,\s*)*$/i.test(before) && !/\b(?:rename|add\s+value|set\s+\w+)\b[^;]*\bto\s+$/i.test(before)) {
    return { options: [...new Set(names.roles)].map((name) => option(name, 'constant', 'role', 1)), withKeywords: false };
  }
  if (/\b(?:from|join|into|update|table|references|truncate|only)\s+(?:(?:only|if\s+(?:not\s+)?exists)\s+)*$/i.test(before) || /\b(?:policy|trigger|index|grant|revoke)\b[^;]*\bon\s+$/i.test(before)) {
    return { options: unique([...relations(names, undefined, 1), ...schemas]), withKeywords: false };
  }
  const columns = inUse.flatMap(({ relation }) => columnsOf(relation, 2));
  const functions = [...names.functions.map((each) => ({ ...option(each.name, 'function', each.detail, 0), ...(each.schema === 'public' ? {} : { apply: `${written(each.schema)}.${written(each.name)}` }) })), ...commonFunctions.map((name) => option(name, 'function', undefined, -1))];
  const types = [...names.types.map((each) => option(each.name, 'type', each.detail, 0)), ...commonTypes.map((name) => ({ label: name, type: 'type', boost: -1 }))];
  return { options: unique([...columns, ...functions, ...types, ...relations(names, undefined, -1), ...schemas]), withKeywords: true };
}
