/** A report, arranged for reading: what follows from another finding stands below it. */

import type { Finding, Report } from '../protocol';

export interface Problem {
  /** The finding's index in the report. */
  readonly index: number;
  readonly finding: Finding;
  /** What fails only because of this one. */
  readonly consequences: readonly Problem[];
}

export type Severity = Finding['severity'];
export const severities: readonly Severity[] = ['error', 'warning', 'info'];

/** The findings that have no cause, in the report's order, each with all that follows from it. */
export function problemsOf(report: Report): Problem[] {
  const problems = report.findings.map((finding, index) => ({ index, finding, consequences: [] as Problem[] }));
  const roots: Problem[] = [];
  for (const problem of problems) {
    const root = problems[rootOf(report, problem.index)];
    if (!root || root === problem) roots.push(problem);
    else root.consequences.push(problem);
  }
  return roots;
}

/** The first cause of a finding. A cause always stands before what follows from it in the replay, but not in the list: beware of circles. */
function rootOf(report: Report, index: number): number {
  const seen = new Set<number>();
  for (let at = index; !seen.has(at); ) {
    seen.add(at);
    const cause = report.findings[at]?.caused_by;
    if (cause === undefined || cause === null) return at;
    at = cause;
  }
  return index;
}

export type Counts = Readonly<Record<Severity, number>>;

/** How many findings of each severity each file has. */
export function countsByFile(report: Report): Map<string, Counts> {
  const counts = new Map<string, Record<Severity, number>>();
  for (const { file, severity } of report.findings) {
    const of = counts.get(file) ?? { error: 0, warning: 0, info: 0 };
    of[severity]++;
    counts.set(file, of);
  }
  return counts;
}

/** `1 error, 2 warnings`. */
export function inWords(counts: Counts): string {
  return severities
    .filter((severity) => counts[severity] > 0)
    .map((severity) => plural(counts[severity], severity))
    .join(', ');
}

export function plural(count: number, noun: string): string {
  return `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`;
}
