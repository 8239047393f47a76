/** Fixes as changes of texts. */

import type { Fix } from '../protocol';
import type { Project } from './project';

/** The project after a fix. The fix must come from a report on exactly this project. */
export function withFix(project: Project, fix: Fix): Project {
  const byFile = Map.groupBy(fix.edits, (edit) => edit.file);
  return project.withAll(
    [...byFile].map(([path, edits]) => {
      const fromTheEnd = edits.toSorted((a, b) => b.start.utf16 - a.start.utf16);
      const text = fromTheEnd.reduce(
        (text, edit) => text.slice(0, edit.start.utf16) + edit.text + text.slice(edit.end.utf16),
        project.files.get(path) ?? '',
      );
      return [path, text] as const;
    }),
  );
}

export interface Change {
  from: number;
  to: number;
  insert: string;
}

/** The one stretch in which two texts differ, so that the editor keeps its cursor and marks elsewhere. */
export function difference(before: string, after: string): Change | undefined {
  if (before === after) return undefined;
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && before[start] === after[start]) start++;
  let end = 0;
  while (end < shorter - start && before.at(-1 - end) === after.at(-1 - end)) end++;
  return { from: start, to: before.length - end, insert: after.slice(start, after.length - end) };
}
