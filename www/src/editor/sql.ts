/** SQL as the editor and the rules' pages show it. */

import { PostgreSQL } from '@codemirror/lang-sql';
import { classHighlighter, highlightCode } from '@lezer/highlight';
import { html, type TemplateResult } from 'lit';
import { breath } from '../pace';

/** Without the language's own completion: the editor has another. */
export const postgres = PostgreSQL.extension;

/** What CodeMirror parses of a text before it shows it. */
const FIRST = 3000;

/** The first text is parsed slowly, as nothing is compiled yet: parsed beforehand, in pieces, it does not hold the browser up. */
export async function warmUp(text: string): Promise<void> {
  const parse = PostgreSQL.language.parser.startParse(text.slice(0, FIRST));
  for (;;) {
    for (const end = performance.now() + 4; performance.now() < end; ) if (parse.advance()) return;
    await breath();
  }
}

/** A piece of SQL, highlighted, that is not edited. */
export function highlighted(code: string): TemplateResult[] {
  const pieces: TemplateResult[] = [];
  highlightCode(
    code,
    PostgreSQL.language.parser.parse(code),
    classHighlighter,
    (text, classes) => pieces.push(classes ? html`<span class=${classes}>${text}</span>` : html`${text}`),
    () => pieces.push(html`${'\n'}`),
  );
  return pieces;
}
