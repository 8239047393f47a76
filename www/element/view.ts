/** The element's inside, built of nodes: no markup is ever made of text. */

import type { Found } from './example.ts';
import { classesOf, pieces, prose, verdict } from './pieces.ts';
import style from './style.css?inline';

const own = `
:host { display: block; }
:host([hidden]) { display: none; }
slot { display: block; overflow-x: auto; white-space: pre; font: 13px/1.6 ui-monospace, Menlo, Consolas, monospace; }
slot.whole { white-space: normal; font: inherit; }
.stack { display: grid; min-width: max-content; }
.stack > * { grid-area: 1 / 1; box-sizing: border-box; }
textarea.pgdry-code {
  width: 100%; height: 100%; min-width: 0; resize: none; overflow: hidden; outline: none;
  -webkit-text-fill-color: transparent; caret-color: var(--pgdry-text, light-dark(#1c2128, #dfe4ec));
}
.pgdry-scroll:focus-within { outline: 2px solid var(--pgdry-focus, light-dark(#1d6fd0, #7db7f5)); outline-offset: -2px; }
button {
  margin: 3px 0 1px; padding: 2px 9px; cursor: pointer; font: inherit; font-size: 12px; color: inherit; background: none;
  border: 1px solid var(--pgdry-control, light-dark(#868e9b, #6b7585)); border-radius: 4px;
}
button:hover { background: var(--pgdry-hover, light-dark(#e9edf3, #232933)); }
button:focus-visible { outline: 2px solid var(--pgdry-focus, light-dark(#1d6fd0, #7db7f5)); outline-offset: 1px; }
`;

let sheet: CSSStyleSheet | undefined;

/** A sheet of its own needs no permission from the page's policy, as a <style> would. */
export function styleSheet(): CSSStyleSheet {
  if (!sheet) {
    sheet = new CSSStyleSheet();
    sheet.replaceSync(style + own);
  }
  return sheet;
}

export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Record<string, string>,
  ...children: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

/** The text in its colours, with what was found underlined. The line below keeps its place when the last line is empty. */
export function codeNodes(text: string, found: readonly Found[]): Node[] {
  const nodes: Node[] = pieces(text, found).map((piece) => {
    const classes = classesOf(piece);
    return classes ? element('span', { class: classes }, piece.text) : document.createTextNode(piece.text);
  });
  if (text === '' || text.endsWith('\n')) nodes.push(document.createTextNode(' '));
  return nodes;
}

const proseNodes = (text: string): (Node | string)[] =>
  prose(text).map((piece) => (piece.isCode ? element('code', {}, piece.text) : piece.text));

export interface FindingActions {
  /** The address of a rule's page. */
  page(rule: string): string | undefined;
  /** Applies the finding's fix; `undefined` where the text is not edited. */
  fix: ((found: Found) => void) | undefined;
}

export function findingNode(found: Found, { page, fix }: FindingActions): HTMLLIElement {
  const { rule, severity, message, help, place, fixes } = found;
  const address = page(rule);
  const name = address ? element('a', { href: address }, rule) : element('code', {}, rule);
  const line = place ? ` line ${place.line}: ` : ' ';
  const item = element('li', {}, element('span', { class: `pgdry-severity pgdry-${severity}` }, severity), ' ', name, line, ...proseNodes(message));
  if (help) item.append(element('span', { class: 'pgdry-help' }, ...proseNodes(help)));
  const first = fixes[0];
  if (first && fix) {
    const button = element('button', { type: 'button' }, `Fix: ${first.title}`);
    button.addEventListener('click', () => fix(found));
    item.append(button);
  }
  return item;
}

export { verdict };
