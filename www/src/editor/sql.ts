/** SQL as the editor and the rules' pages show it. */

import { PostgreSQL, sql } from '@codemirror/lang-sql';
import { classHighlighter, highlightCode } from '@lezer/highlight';
import { html, type TemplateResult } from 'lit';

export const postgres = sql({ dialect: PostgreSQL });

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
