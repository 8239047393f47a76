/** SQL as the editor and the rules' pages show it. */

import { PostgreSQL } from '@codemirror/lang-sql';
import { classHighlighter, highlightCode } from '@lezer/highlight';
import { html, type TemplateResult } from 'lit';

/** Without the language's own completion: the editor has another. */
export const postgres = PostgreSQL.extension;

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
