/** SQL cut into pieces: what they are, and how bad is what was found there. */

import type { Found } from './example.ts';

export interface Piece {
  text: string;
  /** `comment`, `string`, `number`, `keyword`, `type`, or nothing of these. */
  kind: string;
  /** The worst of the findings it belongs to; empty where there is none. */
  severity: string;
}

/** What is marked in the text. */
export interface Mark {
  severity: Found['severity'];
  place: { start: number; end: number } | undefined;
}

/** The classes of the style sheet, with spaces between. */
export const classesOf = ({ kind, severity }: Piece): string => [kind && `pgdry-${kind}`, severity && `pgdry-found pgdry-${severity}`].filter(Boolean).join(' ');

/** Enough to read by; what is right and wrong says the validator. */
const TOKENS = new RegExp(
  [
    String.raw`(?<comment>--[^\n]*|/\*[\s\S]*?(?:\*/|$))`,
    // A body in dollar quotes is SQL itself: only its quotes are coloured.
    String.raw`(?<string>[eE]?'(?:[^']|'')*(?:'|$)|\$(?:[A-Za-z_]\w*)?\$)`,
    String.raw`(?<name>"(?:[^"]|"")*(?:"|$)|[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*)`,
    String.raw`(?<number>\d[\w.]*)`,
  ].join('|'),
  'g',
);

const words = (list: string): Set<string> => new Set(list.split(' '));

const KEYWORDS = words(
  'add all alter always analyze and any array as asc authorization before after begin between by cascade case check cluster collate column comment commit ' +
    'concurrently conflict constraint create cross cube current cycle data database declare default deferrable definer delete desc detach attach disable ' +
    'distinct do domain drop each else elsif enable end enum except exception exclude execute exists explain extension false first for force foreign from full ' +
    'function generated grant group having identity if immutable in include index inherit inherits initially inner insert instead into invoker is join key ' +
    'language last lateral left level like limit lock logged loop materialized merge move nothing not null nulls of offset on only option or order outer over ' +
    'owner partition permissive plpgsql policy primary privileges procedure publication raise range recursive references refresh reindex rename replace ' +
    'replica reset restrict restrictive return returning returns returns revoke right role rollback row rows savepoint schema security select sequence set ' +
    'setof start statement stable storage stored strict table tablespace temp temporary then to transaction trigger true truncate type union unique ' +
    'unlogged update using vacuum valid validate values view volatile when where while window with without work',
);
const TYPES = words(
  'bigint bigserial bit boolean bool bytea char character cidr citext date decimal double float float4 float8 inet int int2 int4 int8 integer interval ' +
    'json jsonb macaddr money numeric oid precision real regclass serial smallint smallserial text time timestamp timestamptz timetz tsquery tsvector uuid ' +
    'varchar vector xml',
);

function kindOf({ comment, string, name, number }: Record<string, string | undefined>): string {
  if (comment) return 'comment';
  if (string) return 'string';
  if (number) return 'number';
  const word = name?.toLowerCase() ?? '';
  return KEYWORDS.has(word) ? 'keyword' : TYPES.has(word) ? 'type' : '';
}

/** One whose end is its start, such as the end of a statement, is shown on the character before it. */
function rangesOf(text: string, found: readonly Mark[]): { start: number; end: number; severity: string }[] {
  return found.flatMap(({ place, severity }) => {
    if (!place) return [];
    const end = Math.min(Math.max(place.end, place.start + 1), text.length);
    // An underline below several lines says less than one below the first.
    const lineEnd = text.indexOf('\n', place.start);
    const shown = lineEnd > place.start ? Math.min(end, lineEnd) : end;
    return [{ start: Math.min(place.start, shown - 1), end: shown, severity }];
  });
}

const ORDER = ['info', 'warning', 'error'];

export function pieces(text: string, found: readonly Mark[]): Piece[] {
  const tokens: { start: number; end: number; kind: string }[] = [];
  for (const match of text.matchAll(TOKENS)) {
    const kind = kindOf(match.groups ?? {});
    if (kind) tokens.push({ start: match.index, end: match.index + match[0].length, kind });
  }
  const ranges = rangesOf(text, found);
  const cuts = [...new Set([0, text.length, ...[...tokens, ...ranges].flatMap(({ start, end }) => [start, end])])].sort((a, b) => a - b);
  let token = 0;
  return cuts.slice(0, -1).map((start, at) => {
    while (token < tokens.length && tokens[token]!.end <= start) token += 1;
    const kind = tokens[token] && tokens[token]!.start <= start ? tokens[token]!.kind : '';
    const worst = Math.max(...ranges.filter((range) => range.start <= start && start < range.end).map(({ severity }) => ORDER.indexOf(severity)), -1);
    return { text: text.slice(start, cuts[at + 1]), kind, severity: ORDER[worst] ?? '' };
  });
}

/** A message, with what stands in backticks as code. */
export function prose(text: string): { text: string; isCode: boolean }[] {
  return text
    .split(/`([^`]+)`/)
    .map((piece, at) => ({ text: piece, isCode: at % 2 === 1 }))
    .filter((piece) => piece.text);
}

/** What is said below the code. */
export function verdict(found: readonly Found[]): string {
  if (found.length === 0) return 'Nothing found';
  return found.length === 1 ? '1 finding' : `${found.length} findings`;
}
