/** What an example is: its files, how they are judged, and which findings are shown. The site's build uses it too, in Node. */

import type { Config, Report, Severity, Validator } from '../../pkg/dist/pgdry.js';

/** How an example is judged. */
export interface Settings {
  config: Partial<Config>;
  /** Names of rules, or globs of them: whose findings are shown. Without one, those of all. */
  rules: readonly string[];
}

/** A finding, at its place in the example's text. */
export interface Found {
  rule: string;
  severity: Severity;
  message: string;
  help: string | null;
  /** UTF-16 offsets in the text; `undefined` where it is about no place of it. */
  place: { start: number; end: number; line: number } | undefined;
  fixes: { title: string; edits: { start: number; end: number; text: string }[] }[];
}

interface File {
  name: string;
  text: string;
  /** Where it begins in the example. */
  start: number;
}

const FIRST = '20250101000000_example.sql';
const MARKER = /^-- file: (.*)\n?/gm;

/** Lines `-- file: name.sql` begin files; what stands before the first is a file too. */
export function filesOf(text: string): File[] {
  const files: File[] = [];
  let name = FIRST;
  let start = 0;
  const end = (at: number): void => {
    const content = text.slice(start, at);
    if (name !== FIRST || content.trim()) files.push({ name, text: content, start });
  };
  for (const marker of text.matchAll(MARKER)) {
    end(marker.index);
    name = marker[1]!.trim();
    start = marker.index + marker[0].length;
  }
  end(text.length);
  return files;
}

/** Whether a rule is one of those that the globs name. */
export function isShown(rule: string, globs: readonly string[]): boolean {
  const matches = (glob: string): boolean =>
    glob === '*' || glob === rule || (glob.endsWith('/*') && rule.startsWith(glob.slice(0, -1)));
  return globs.length === 0 || globs.some(matches);
}

/** The whole report of the example. Throws what `new Validator` throws of a configuration. */
export function report(create: (config: Partial<Config>) => Validator, files: readonly { name: string; text: string }[], config: Partial<Config>): Report {
  const validator = create(config);
  try {
    for (const { name, text } of files) validator.setFile(name, text);
    return validator.check();
  } finally {
    validator.free();
  }
}

export function check(create: (config: Partial<Config>) => Validator, text: string, settings: Settings): Found[] {
  const files = filesOf(text);
  const starts = new Map(files.map(({ name, start }) => [name, start]));
  const lineAt = (offset: number): number => text.slice(0, offset).split('\n').length;
  return report(create, files, settings.config)
    .findings.filter(({ rule }) => isShown(rule, settings.rules))
    .map(({ rule, severity, message, help, file, start, end, fixes }) => {
      const base = starts.get(file);
      return {
        rule,
        severity,
        message,
        help,
        place:
          base === undefined ? undefined : { start: base + start.utf16, end: base + end.utf16, line: lineAt(base + start.utf16) },
        fixes: fixes.map(({ title, edits }) => ({
          title,
          edits: edits.map((edit) => {
            const of = starts.get(edit.file) ?? 0;
            return { start: of + edit.start.utf16, end: of + edit.end.utf16, text: edit.text };
          }),
        })),
      };
    });
}

/** Applies edits that do not overlap. */
export function edited(text: string, edits: Found['fixes'][number]['edits']): string {
  let result = '';
  let at = 0;
  for (const { start, end, text: replacement } of [...edits].sort((a, b) => a.start - b.start || a.end - b.end)) {
    result += text.slice(at, start) + replacement;
    at = end;
  }
  return result + text.slice(at);
}
