/** The worker's memory of what it has told the page: only files whose findings changed cross to it. */

import type { Report } from '../../../pkg/dist/pgdry.js';
import type { FileFindings, Finding, FindingId } from '../protocol';

/** The findings by file, with causes by file. */
export function byFile({ findings }: Report): Map<string, Finding[]> {
  const counts = new Map<string, number>();
  const ids = findings.map(({ file }): FindingId => {
    const index = counts.get(file) ?? 0;
    counts.set(file, index + 1);
    return { file, index };
  });
  const named = findings.map(({ caused_by: _, ...finding }, at): Finding => {
    const cause = ids[rootOf(findings, at)];
    return cause === undefined || cause === ids[at] ? finding : { ...finding, cause };
  });
  return Map.groupBy(named, ({ file }) => file);
}

/** The first cause of a finding. A cause always stands before what follows from it in the replay, but not in the list: beware of circles. */
function rootOf(findings: Report['findings'], index: number): number {
  const seen = new Set<number>();
  for (let at = index; !seen.has(at); ) {
    seen.add(at);
    const cause = findings[at]?.caused_by;
    if (cause === undefined || cause === null) return at;
    at = cause;
  }
  return index;
}

export class Told {
  private texts = new Map<string, string>();

  /** Everything is news to the page again. */
  forget(): void {
    this.texts = new Map();
  }

  /** What the page does not know yet, the file that was edited last first. */
  news(report: Report, edited: string): FileFindings[] {
    const now = byFile(report);
    const texts = new Map([...now].map(([file, findings]) => [file, JSON.stringify(findings)]));
    const changed = [...now].filter(([file]) => this.texts.get(file) !== texts.get(file));
    const gone = [...this.texts.keys()].filter((file) => !texts.has(file)).map((file): FileFindings => [file, []]);
    this.texts = texts;
    return [...gone, ...changed].sort(([a], [b]) => Number(b === edited) - Number(a === edited));
  }
}

/** Findings a message at most: a thousand take a millisecond or few to arrive. */
const BATCH = 500;

export function inBatches(news: FileFindings[]): FileFindings[][] {
  const batches: FileFindings[][] = [[]];
  let size = 0;
  for (const file of news) {
    if (size > 0 && size + file[1].length > BATCH) {
      batches.push([]);
      size = 0;
    }
    batches.at(-1)!.push(file);
    size += file[1].length;
  }
  return batches;
}
