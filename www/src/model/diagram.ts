/** The tables of a schema as boxes and their foreign keys as lines between them. */

import type { Schema } from '../protocol';
import type { Project } from './project';

export interface BoxColumn {
  readonly name: string;
  readonly type: string;
  readonly primary: boolean;
  readonly foreign: boolean;
  readonly notNull: boolean;
}

export interface Box {
  /** `schema.name`. */
  readonly id: string;
  readonly title: string;
  /** Of a table that no migration made (`auth.users`) only the name is known. */
  readonly external: boolean;
  readonly rls: boolean;
  readonly policies: number;
  readonly columns: readonly BoxColumn[];
  /** Columns beyond what is drawn. */
  readonly more: number;
  readonly width: number;
  readonly height: number;
}

export interface Line {
  readonly from: string;
  readonly to: string;
  readonly label: string;
  /** The column's row in the box that it leaves, from 0. */
  readonly row: number;
}

export interface Graph {
  readonly boxes: readonly Box[];
  readonly lines: readonly Line[];
}

export interface Point {
  x: number;
  y: number;
}

/** Where everything stands: boxes by their upper left corner. */
export interface Layout {
  readonly at: Readonly<Record<string, Point>>;
  /** One a line, in their order. */
  readonly paths: readonly (readonly Point[])[];
  readonly width: number;
  readonly height: number;
}

export const ROW = 18;
export const HEAD = 28;
/** Of the 11-pixel monospaced font, which all that have one draw alike. */
const CHARACTER = 6.7;
const MOST_COLUMNS = 40;
const MOST_CHARACTERS = 46;

export const clipped = (text: string): string => (text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS - 1)}…` : text);

export function graphOf(schema: Schema): Graph {
  const boxes: Box[] = [];
  const lines: Line[] = [];
  const manySchemas = schema.schemas.filter(({ tables }) => tables.length > 0).length > 1;
  for (const { name, tables } of schema.schemas) {
    for (const table of tables) {
      const id = `${name}.${table.name}`;
      const keys = new Set(table.constraints.filter(({ kind }) => kind === 'primary key').flatMap(({ columns }) => columns));
      const references = table.constraints.filter(({ kind }) => kind === 'foreign key');
      const foreign = new Set(references.flatMap(({ columns }) => columns));
      const columns = table.columns.slice(0, MOST_COLUMNS).map(
        (column): BoxColumn => ({
          name: column.name,
          type: column.type ?? 'unknown',
          primary: keys.has(column.name),
          foreign: foreign.has(column.name),
          notNull: column.not_null,
        }),
      );
      const title = manySchemas && name !== 'public' ? id : table.name;
      boxes.push(box({ id, title, external: false, rls: table.row_security, policies: table.policies.length, columns, more: table.columns.length - columns.length }));
      for (const { references: to, columns: from } of references) {
        if (!to) continue;
        const row = columns.findIndex((column) => column.name === from[0]);
        lines.push({ from: id, to: `${to.schema}.${to.table}`, label: `${from.join(', ')} → ${to.table} (${to.columns.join(', ')})`, row });
      }
    }
  }
  const known = new Set(boxes.map(({ id }) => id));
  for (const id of new Set(lines.map(({ to }) => to))) {
    if (!known.has(id)) boxes.push(box({ id, title: id, external: true, rls: false, policies: 0, columns: [], more: 0 }));
  }
  return { boxes, lines };
}

function box(given: Omit<Box, 'width' | 'height'>): Box {
  const badge = given.external ? 0 : 6;
  const longest = Math.max(
    given.title.length + badge,
    ...given.columns.map(({ name, type }) => Math.min(MOST_CHARACTERS, name.length) + Math.min(MOST_CHARACTERS, type.length) + 6),
  );
  const rows = given.columns.length + (given.more > 0 ? 1 : 0);
  return { ...given, width: Math.ceil(longest * CHARACTER) + 24, height: HEAD + rows * ROW + (rows > 0 ? 6 : 0) };
}

/** Where a table is created or got its name, as far as the text says. */
export function placeOf(project: Project, id: string): { file: string; from: number; to: number } | undefined {
  const [schema = '', name = ''] = [id.slice(0, id.indexOf('.')), id.slice(id.indexOf('.') + 1)];
  const quoted = (text: string): string => `"?${text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}"?`;
  const created = new RegExp(`create\\s+(?:unlogged\\s+|foreign\\s+)?table\\s+(?:if\\s+not\\s+exists\\s+)?(?:${quoted(schema)}\\s*\\.\\s*)?(${quoted(name)})(?![\\w$"])`, 'i');
  const renamed = new RegExp(`rename\\s+to\\s+(${quoted(name)})(?![\\w$"])`, 'i');
  for (const pattern of [created, renamed]) {
    for (const file of project.paths) {
      const found = pattern.exec(project.files.get(file) ?? '');
      if (found) return { file, from: found.index + found[0].length - found[1]!.length, to: found.index + found[0].length };
    }
  }
  return undefined;
}
