/** Fixes as changes of texts. */

import type { Fix } from '../protocol';
import type { Findings } from './findings';
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

/** The project after the first fix of every finding of a file (or of all files), but for those that touch what another one changes. */
export function allFixes(project: Project, findings: Findings, file: string | undefined): { project: Project; count: number } {
  const taken = new Map<string, { from: number; to: number }[]>();
  const edits: Fix['edits'] = [];
  let count = 0;
  for (const { fixes } of file === undefined ? findings.all() : findings.of(file)) {
    const [fix] = fixes;
    if (!fix) continue;
    const touches = fix.edits.some((edit) =>
      taken.get(edit.file)?.some(({ from, to }) => edit.start.utf16 <= to && from <= edit.end.utf16),
    );
    if (touches) continue;
    for (const edit of fix.edits) {
      const ranges = taken.get(edit.file) ?? [];
      ranges.push({ from: edit.start.utf16, to: edit.end.utf16 });
      taken.set(edit.file, ranges);
    }
    edits.push(...fix.edits);
    count++;
  }
  return { project: count > 0 ? withFix(project, { title: '', edits }) : project, count };
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
