/** Markdown as HTML. The source is the repository's own; raw HTML in it is shown as text all the same. */

import { Marked, type Tokens } from 'marked';
import type { Example } from './examples.ts';
import { attributes, escape, findingsHtml, slug, sqlHtml } from './html.ts';

export interface Heading {
  depth: number;
  /** As HTML. */
  text: string;
  id: string;
}

export interface Rendered {
  html: string;
  headings: Heading[];
  /** Whether the page has examples that the element brings to life. */
  isLive: boolean;
}

export interface Context {
  /** Where a link of the page leads; throws when it leads nowhere. */
  link(href: string): string;
  /** The address of a rule's page; `undefined` when there is no such rule, or it is this page's. */
  rule(name: string): string | undefined;
  /** Runs an example of SQL. */
  run(info: string, source: string): Example;
  /** What stands for `<!-- NAME -->`. */
  fragment(name: string): Rendered;
  /** Runs an example of JavaScript. */
  runScript(source: string): unknown;
  /** Reads a pgdry.toml; throws when the validator refuses it. */
  readConfig(source: string): void;
}

const CAPTIONS: Record<string, string> = { bad: 'Reported', good: 'Fine', fixed: 'After the fix', reports: 'Reported', clean: 'Fine', types: 'Migration' };

export function render(source: string, context: Context): Rendered {
  const headings: Heading[] = [];
  let isLive = false;

  const code = ({ text, lang = '' }: Tokens.Code): string => {
    const [language = '', ...rest] = lang.split(/\s+/);
    if (language === 'sql' && rest.length) {
      isLive = true;
      return exampleHtml(context.run(rest.join(' '), text), context);
    }
    if (language === 'js' && rest[0] === 'run') context.runScript(text);
    if (language === 'toml') context.readConfig(text);
    const shown = language === 'sql' ? sqlHtml(text) : escape(text);
    return `<pre class="plain" tabindex="0"><code>${shown}</code></pre>\n`;
  };

  const marked = new Marked({
    renderer: {
      heading({ tokens, depth }) {
        const html = this.parser.parseInline(tokens);
        let id = slug(html);
        while (headings.some((other) => other.id === id)) id += '-';
        headings.push({ depth, text: html, id });
        return `<h${depth} id="${id}">${html}</h${depth}>\n`;
      },
      code,
      codespan({ text }) {
        const address = context.rule(text);
        const shown = `<code>${escape(text)}</code>`;
        return address ? `<a href="${address}">${shown}</a>` : shown;
      },
      link({ href, tokens }) {
        return `<a href="${escape(context.link(href))}">${this.parser.parseInline(tokens)}</a>`;
      },
      html({ text }) {
        const directive = /^\s*<!--\s*([\w-]+)\s*-->\s*$/.exec(text);
        if (!directive) return escape(text);
        const fragment = context.fragment(directive[1]!);
        headings.push(...fragment.headings);
        isLive ||= fragment.isLive;
        return fragment.html;
      },
      table(token) {
        const cells = (row: Tokens.TableCell[], tag: string): string =>
          `<tr>${row.map((cell) => cellHtml(this.parser.parseInline(cell.tokens), tag)).join('')}</tr>`;
        return tableHtml(cells(token.header, 'th'), token.rows.map((row) => cells(row, 'td')).join('\n'));
      },
    },
  });
  // A rule's name in a heading would be a link in the list of the page's headings.
  const html = marked.parse(source, { async: false });
  return { html, headings, isLive };
}

/** A heading that is empty heads nothing. */
const cellHtml = (content: string, tag: string): string => (content ? `<${tag}>${content}</${tag}>` : '<td></td>');

export const tableHtml = (head: string, rows: string): string =>
  `<div class="table" tabindex="0" role="group" aria-label="Table"><table><thead>${head}</thead><tbody>${rows}</tbody></table></div>\n`;

/** An example that reads without JavaScript: what is found is there. The element takes its place. */
function exampleHtml({ kind, text, toml, settings, found, types }: Example, { rule }: Context): string {
  const caption = CAPTIONS[kind] ?? '';
  const about = kind === 'reports' ? (found[0] ? 'bad' : 'good') : kind === 'fixed' || kind === 'clean' ? 'good' : kind;
  const element = attributes({
    rules: settings.rules.join(' ') || undefined,
    config: Object.keys(settings.config).length ? JSON.stringify(settings.config) : undefined,
    editable: '',
    label: `SQL example, ${caption.toLowerCase()}`,
  });
  const pageOf = (name: string): string => rule(name) ?? '#content';
  const configuration = toml
    ? `<div class="toml"><span>pgdry.toml</span><pre tabindex="0"><code>${escape(toml)}</code></pre></div>`
    : '';
  const generated = types
    ? `<figure class="example types"><figcaption>What <code>pgdry types</code> prints</figcaption><pre class="plain" tabindex="0"><code>${escape(types)}</code></pre></figure>`
    : '';
  return (
    `<figure class="example ${about}"><figcaption>${caption}</figcaption>${configuration}` +
    `<pgdry-lint${element}><div class="pgdry-scroll" tabindex="0" role="group" aria-label="SQL example"><pre class="pgdry-code"><code>${sqlHtml(text, found)}</code></pre></div>` +
    `${findingsHtml(found, pageOf)}</pgdry-lint></figure>\n${generated}`
  );
}
