/** pgdry's verdict and PostgreSQL's, beside each other. */

import type { Findings } from '../model/findings';
import type { Project } from '../model/project';
import type { FileStatements, StatementPlace } from '../protocol';
import type { Answer } from './protocol';

export interface Verdict {
  readonly kind: 'applied' | 'refused' | 'unknown';
  readonly sqlstate?: string;
  readonly message?: string;
}

/** `missing`: this PostgreSQL lacks the extension, which says nothing of the statement. */
export type Comparison = 'same' | 'code' | 'different' | 'unjudged' | 'missing' | 'waiting';

export interface Pair {
  readonly file: string;
  readonly place: StatementPlace;
  /** The statement's first line. */
  readonly text: string;
  readonly ours: Verdict;
  readonly theirs: Verdict | undefined;
  readonly comparison: Comparison;
}

/** A statement's verdict by what was found: what PostgreSQL would refuse has a finding with its SQLSTATE. */
function ours(findings: Findings, file: string, { from, applied }: StatementPlace): Verdict {
  const refusal = findings.of(file).find(({ sqlstate, statement }) => sqlstate !== undefined && statement?.start.utf16 === from);
  if (refusal) return { kind: 'refused', sqlstate: refusal.sqlstate!, message: refusal.message };
  return { kind: applied ? 'applied' : 'unknown' };
}

function theirs({ sqlstate, message }: Answer): Verdict {
  return sqlstate === undefined ? { kind: 'applied' } : { kind: 'refused', sqlstate, message: message ?? '' };
}

const lacksExtension = ({ message }: Verdict): boolean => /extension "[^"]*" is not available/.test(message ?? '');

function compare(a: Verdict, b: Verdict | undefined): Comparison {
  if (!b) return 'waiting';
  if (a.kind === 'unknown') return 'unjudged';
  if (lacksExtension(b) && a.kind === 'applied') return 'missing';
  if (a.kind !== b.kind) return 'different';
  return a.sqlstate === b.sqlstate ? 'same' : 'code';
}

export function pairs(project: Project, findings: Findings, files: readonly FileStatements[], answers: readonly (readonly Answer[] | undefined)[]): Pair[] {
  return files.flatMap(([file, statements], at) => {
    const text = project.files.get(file) ?? '';
    return statements.map((place, index): Pair => {
      const answer = answers[at]?.[index];
      const [a, b] = [ours(findings, file, place), answer && theirs(answer)];
      return { file, place, text: text.slice(place.from, place.to).split('\n')[0] ?? '', ours: a, theirs: b, comparison: compare(a, b) };
    });
  });
}
