/** What was found, by file. A value: `with` gives a new one that shares the files that stay. */

import type { FileFindings, Finding, Report } from '../protocol';

export class Findings {
  static readonly none = new Findings(new Map());

  private constructor(readonly files: ReadonlyMap<string, readonly Finding[]>) {}

  /** These files' findings instead of those before. */
  with(changed: readonly FileFindings[]): Findings {
    const files = new Map(this.files);
    for (const [file, findings] of changed) {
      if (findings.length > 0) files.set(file, findings);
      else files.delete(file);
    }
    return new Findings(files);
  }

  of(file: string): readonly Finding[] {
    return this.files.get(file) ?? none;
  }

  *all(): Iterable<Finding> {
    for (const findings of this.files.values()) yield* findings;
  }

  get count(): number {
    let count = 0;
    for (const { length } of this.files.values()) count += length;
    return count;
  }
}

const none: readonly Finding[] = [];

/** The outcome of one check; each is a new value. */
export interface Check {
  readonly findings: Findings;
  readonly summary: Report['summary'];
  readonly milliseconds: number;
}
