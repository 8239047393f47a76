/** What a migration changed of the schema. */

import type { Schema, SchemaObjects, TableInfo } from '../protocol';

export interface SchemaChange {
  readonly kind: 'added' | 'removed' | 'changed';
  /** `table`, `view`, `function` and so on. */
  readonly what: string;
  /** `schema.name`. */
  readonly name: string;
  /** For what changed: its parts, such as `+ column bio text`. */
  readonly details: readonly string[];
}

type Named = Record<string, Record<string, string>>;

export function difference(before: Schema, after: Schema): SchemaChange[] {
  const [old, now] = [objects(before), objects(after)];
  const changes: SchemaChange[] = [];
  for (const [key, parts] of now) {
    const [what, name] = split(key);
    const earlier = old.get(key);
    if (!earlier) changes.push({ kind: 'added', what, name, details: [] });
    else {
      const details = partsChanged(earlier, parts);
      if (details.length > 0) changes.push({ kind: 'changed', what, name, details });
    }
  }
  for (const key of old.keys()) {
    if (now.has(key)) continue;
    const [what, name] = split(key);
    changes.push({ kind: 'removed', what, name, details: [] });
  }
  return changes;
}

const split = (key: string): [what: string, name: string] => [key.slice(0, key.indexOf(' ')).replaceAll('_', ' '), key.slice(key.indexOf(' ') + 1)];

/** Every object by kind and name, with its parts as text: two of them are the same when their texts are. */
function objects(schema: Schema): Map<string, Named> {
  const all = new Map<string, Named>();
  const whole = (value: unknown): Named => ({ '': { definition: JSON.stringify(value) } });
  for (const of of schema.schemas) {
    for (const table of of.tables) all.set(`table ${of.name}.${table.name}`, tableParts(table));
    for (const view of of.views) all.set(`view ${of.name}.${view.name}`, whole(view));
    for (const each of of.functions) all.set(`${each.kind} ${of.name}.${signature(each)}`, whole(each));
    for (const name of of.sequences) all.set(`sequence ${of.name}.${name}`, {});
    for (const each of of.enums) all.set(`enum ${of.name}.${each.name}`, { label: Object.fromEntries(each.labels.map((label) => [label, ''])) });
    for (const each of of.composites) all.set(`type ${of.name}.${each.name}`, whole(each));
    for (const each of of.domains) all.set(`domain ${of.name}.${each.name}`, whole(each));
  }
  for (const { name, ...rest } of schema.extensions) all.set(`extension ${name}`, whole(rest));
  for (const { name, ...rest } of schema.publications) all.set(`publication ${name}`, whole(rest));
  for (const name of schema.roles) all.set(`role ${name}`, {});
  return all;
}

const signature = ({ name, arguments: given }: SchemaObjects['functions'][number]): string => `${name}(${given.map(({ type }) => type).join(', ')})`;

function tableParts(table: TableInfo): Named {
  const byName = <T extends { name: string }>(items: readonly T[], text: (item: T) => string): Record<string, string> =>
    Object.fromEntries(items.map((item) => [item.name, text(item)]));
  const json = (item: { name: string }): string => JSON.stringify({ ...item, name: undefined });
  return {
    column: byName(table.columns, ({ type, not_null, default: value, identity, generated }) =>
      [type ?? 'unknown', not_null && 'not null', value !== null && `default ${value}`, identity && `identity ${identity}`, generated && `generated ${generated}`].filter(Boolean).join(' '),
    ),
    constraint: byName(table.constraints, ({ kind, columns }) => `${kind} (${columns.join(', ')})`),
    index: byName(table.indexes, ({ keys, filter }) => `(${keys.join(', ')})${filter === null ? '' : ` where ${filter}`}`),
    policy: byName(table.policies, ({ command, roles }) => `for ${command} to ${roles.join(', ')}`),
    trigger: byName(table.triggers, json),
    'row level security': { '': table.row_security ? (table.force_row_security ? 'forced' : 'enabled') : 'disabled' },
    comment: { '': table.comment ?? '' },
  };
}

function partsChanged(before: Named, after: Named): string[] {
  const lines: string[] = [];
  for (const kind of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const [old, now] = [before[kind] ?? {}, after[kind] ?? {}];
    const line = (sign: string, name: string, text: string): string => `${sign} ${[kind, name, text.startsWith('{') ? '' : text].filter(Boolean).join(' ')}`;
    for (const [name, text] of Object.entries(now)) {
      if (old[name] === undefined) lines.push(line('+', name, text));
      else if (old[name] !== text) lines.push(line('~', name, kind === '' ? '' : text));
    }
    for (const [name, text] of Object.entries(old)) if (now[name] === undefined) lines.push(line('−', name, text));
  }
  return lines;
}
