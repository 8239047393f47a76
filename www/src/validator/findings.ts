/** The worker's memory of what it has told the page: only files whose findings changed cross to it. */

import type { FileFindings as Found } from '../../../pkg/dist/pgdry.js';
import type { FileFindings, Finding } from '../protocol';
import { changeOf, moved } from './moved';

interface File {
  findings: readonly Finding[];
  /** The text that they speak of. */
  text: string;
}

/** With the causes in the findings themselves. */
export function withCauses({ findings, causes }: Found): Finding[] {
  const told: Finding[] = findings.map(({ caused_by, ...finding }) => finding);
  for (const { finding, file, index } of causes) told[finding] = { ...told[finding]!, cause: { file, index } };
  return told;
}

export class Told {
  /** What the page shows. */
  private shown = new Map<string, File>();
  /** The findings of the last whole check, where the page shows others since. */
  private whole = new Map<string, readonly Finding[]>();

  /** Everything is news to the page again. */
  forget(): void {
    this.shown.clear();
    this.whole.clear();
  }

  /**
   * A file's findings before the whole chain is judged: those that there are already, and the others as they were, moved with the text around them.
   * Their fixes speak of the text before.
   */
  soFar(found: Found, text: string, isLate: (rule: string) => boolean): FileFindings {
    const before = this.shown.get(found.file);
    const change = changeOf(before?.text ?? '', text);
    const late = (before?.findings ?? []).filter(({ rule }) => isLate(rule)).flatMap((finding) => moved(finding, change) ?? []);
    if (!this.whole.has(found.file)) this.whole.set(found.file, before?.findings ?? []);
    const findings = [...withCauses(found), ...late].sort((a, b) => a.start.utf16 - b.start.utf16);
    this.shown.set(found.file, { findings, text });
    return [found.file, findings];
  }

  /** What the page does not know yet after a whole check, the file that was edited last first. */
  news(changed: readonly Found[], textOf: (file: string) => string, edited: string): FileFindings[] {
    const files = new Map(changed.map((file) => [file.file, withCauses(file) as readonly Finding[]]));
    for (const [file, findings] of this.whole) if (!files.has(file)) files.set(file, findings);
    this.whole.clear();
    for (const [file, findings] of files) this.shown.set(file, { findings, text: textOf(file) });
    return [...files].sort(([a], [b]) => Number(b === edited) - Number(a === edited));
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
