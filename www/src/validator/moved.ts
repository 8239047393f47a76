/** Findings that stay where they stood in a text, while it is edited elsewhere. */

import type { Finding } from '../protocol';

type Position = Finding['start'];

/** From `from` on, `removed` was replaced by `added`. */
export interface Change {
  from: number;
  removed: string;
  added: string;
  text: string;
}

/** The smallest replacement that makes the one text of the other. */
export function changeOf(before: string, text: string): Change {
  const shorter = Math.min(before.length, text.length);
  let from = 0;
  while (from < shorter && before[from] === text[from]) from++;
  let same = 0;
  while (same < shorter - from && before[before.length - 1 - same] === text[text.length - 1 - same]) same++;
  return { from, removed: before.slice(from, before.length - same), added: text.slice(from, text.length - same), text };
}

/** The finding in the new text; none where its own words changed. */
export function moved(finding: Finding, change: Change): Finding | undefined {
  const end = change.from + change.removed.length;
  if (finding.start.utf16 < end && finding.end.utf16 > change.from) return undefined;
  if (finding.end.utf16 <= change.from) return { ...finding, fixes: [] };
  return { ...finding, fixes: [], start: later(finding.start, change), end: later(finding.end, change) };
}

function later(position: Position, { removed, added, text }: Change): Position {
  const utf16 = position.utf16 + added.length - removed.length;
  const lineStart = text.lastIndexOf('\n', utf16 - 1) + 1;
  return {
    line: position.line + lines(added) - lines(removed),
    column: [...text.slice(lineStart, utf16)].length + 1,
    offset: position.offset + bytes(added) - bytes(removed),
    utf16,
  };
}

const lines = (text: string): number => text.split('\n').length - 1;
const bytes = (text: string): number => new TextEncoder().encode(text).length;
