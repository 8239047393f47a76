/** Findings, arranged for reading: what follows from another finding stands below it. */

import type { Finding, FindingId } from '../protocol';
import type { Findings } from './findings';

export interface Problem {
  readonly finding: Finding;
  /** What fails only because of this one. */
  readonly consequences: readonly Finding[];
}

export type Severity = Finding['severity'];
export const severities: readonly Severity[] = ['error', 'warning', 'info'];

/** The findings that have no cause, in the order of the replay, each with all that follows from it. */
export function problemsOf(findings: Findings, paths: readonly string[]): Problem[] {
  // The configuration's own findings come last.
  const order = new Set(paths.filter((path) => findings.files.has(path)));
  for (const file of findings.files.keys()) order.add(file);
  const all = [...order].flatMap((file) => findings.of(file));
  const consequences = Map.groupBy(
    all.filter(({ cause }) => isThere(findings, cause)),
    ({ cause }) => keyOf(cause!),
  );
  return [...order].flatMap((file) =>
    findings.of(file).flatMap((finding, index) =>
      isThere(findings, finding.cause) ? [] : [{ finding, consequences: consequences.get(keyOf({ file, index })) ?? [] }],
    ),
  );
}

/** Until all files' findings have come, a cause may be missing: then its consequence stands by itself. */
const isThere = (findings: Findings, cause: FindingId | undefined): boolean =>
  cause !== undefined && findings.of(cause.file)[cause.index] !== undefined;
const keyOf = ({ file, index }: FindingId): string => `${index} ${file}`;

export interface Filter {
  readonly severities: ReadonlySet<Severity>;
  /** Only this file's problems; of all files without it. */
  readonly file?: string | undefined;
  /** Words that must all occur in message, rule, object or file name. */
  readonly text: string;
}

export function filtered(problems: readonly Problem[], { severities, file, text }: Filter): Problem[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  return problems.filter(({ finding }) => {
    if (!severities.has(finding.severity) || (file !== undefined && finding.file !== file)) return false;
    if (words.length === 0) return true;
    const hay = `${finding.rule} ${finding.message} ${finding.object ?? ''} ${finding.file} ${finding.sqlstate ?? ''}`.toLowerCase();
    return words.every((word) => hay.includes(word));
  });
}

export type Grouping = 'file' | 'rule';

/** A line of the list: a group's heading, or one of its problems. */
export type Row =
  | { readonly kind: 'group'; readonly title: string; readonly count: number }
  | { readonly kind: 'problem'; readonly problem: Problem; readonly under: Grouping };

export function rowsOf(problems: readonly Problem[], by: Grouping): Row[] {
  const groups = [...Map.groupBy(problems, ({ finding }) => finding[by])];
  // The worst first, then what there is most of; files stay in the order of the replay.
  if (by === 'rule') groups.sort(([, a], [, b]) => worst(a) - worst(b) || b.length - a.length);
  return groups.flatMap(([title, members]): Row[] => [
    { kind: 'group', title, count: members.length },
    ...members.map((problem): Row => ({ kind: 'problem', problem, under: by })),
  ]);
}

const worst = (problems: readonly Problem[]): number => Math.min(...problems.map(({ finding }) => severities.indexOf(finding.severity)));

export type Counts = Readonly<Record<Severity, number>>;

/** How many findings of each severity each file has; the same map as before when it says the same. */
export function countsByFile({ files }: Findings, before: ReadonlyMap<string, Counts>): ReadonlyMap<string, Counts> {
  const now = new Map(
    [...files].map(([file, findings]) => {
      const counts: Record<Severity, number> = { error: 0, warning: 0, info: 0 };
      for (const { severity } of findings) counts[severity]++;
      return [file, counts];
    }),
  );
  const isSame = ([file, counts]: [string, Counts]): boolean => severities.every((severity) => before.get(file)?.[severity] === counts[severity]);
  return now.size === before.size && [...now].every(isSame) ? before : now;
}

/** The finding after (or before) a place, through all files in their order and around. */
export function neighbour(
  findings: Findings,
  paths: readonly string[],
  from: { file: string; offset: number },
  step: 1 | -1,
): Finding | undefined {
  const sorted = (path: string): Finding[] => findings.of(path).toSorted((a, b) => a.start.utf16 - b.start.utf16);
  const here = sorted(from.file);
  const next = step === 1 ? here.find(({ start }) => start.utf16 > from.offset) : here.findLast(({ start }) => start.utf16 < from.offset);
  if (next) return next;
  const at = paths.indexOf(from.file);
  for (let away = 1; away <= paths.length; away++) {
    const path = paths.at((at + step * away) % paths.length);
    if (path === undefined) continue;
    const found = sorted(path).at(step === 1 ? 0 : -1);
    if (found) return found;
  }
  return undefined;
}

/** `1 error, 2 warnings`. */
export function inWords(counts: Counts): string {
  return severities
    .filter((severity) => counts[severity] > 0)
    .map((severity) => plural(counts[severity], severity))
    .join(', ');
}

export function plural(count: number, noun: string): string {
  return `${grouped(count)} ${noun}${count === 1 ? '' : 's'}`;
}

/** 12,345. The browser's own formatting takes 30 ms the first time. */
export const grouped = (count: number): string => String(count).replace(/\B(?=(\d{3})+$)/g, ',');
