/** Markup as text, with what is not markup escaped. */

import { classesOf, pieces, prose, verdict } from '../element/pieces.ts';
import type { Found } from '../element/example.ts';

const ESCAPES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

export const escape = (text: string): string => text.replace(/[&<>"']/g, (character) => ESCAPES[character]!);

export function attributes(given: Record<string, string | undefined>): string {
  return Object.entries(given)
    .map(([name, value]) => (value === undefined ? '' : value === '' ? ` ${name}` : ` ${name}="${escape(value)}"`))
    .join('');
}

/** SQL in its colours, with what was found underlined. */
export function sqlHtml(text: string, found: readonly Found[] = []): string {
  return pieces(text, found)
    .map((piece) => {
      const classes = classesOf(piece);
      return classes ? `<span class="${classes}">${escape(piece.text)}</span>` : escape(piece.text);
    })
    .join('');
}

export const proseHtml = (text: string): string =>
  prose(text)
    .map((piece) => (piece.isCode ? `<code>${escape(piece.text)}</code>` : escape(piece.text)))
    .join('');

/** The same as `findingNode` of the element, but without its buttons. */
export function findingsHtml(found: readonly Found[], pageOf: (rule: string) => string): string {
  const items = found.map(({ rule, severity, message, help, place }) => {
    const line = place ? ` line ${place.line}: ` : ' ';
    const more = help ? `<span class="pgdry-help">${proseHtml(help)}</span>` : '';
    return `<li><span class="pgdry-severity pgdry-${severity}">${severity}</span> <a href="${pageOf(rule)}">${rule}</a>${line}${proseHtml(message)}${more}</li>`;
  });
  const list = items.length ? `<ul class="pgdry-findings">${items.join('')}</ul>` : '';
  return `${list}<p class="pgdry-verdict">${verdict(found)}</p>`;
}

/** What an anchor of a heading is called. */
export const slug = (text: string): string =>
  text
    .toLowerCase()
    .replace(/<[^>]*>|&[^;]*;/g, '')
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-|-$/g, '');
