/** Markdown that the build has read, as templates: every piece of text is set as text, so no page can bring markup along. */

import { html, nothing, type TemplateResult } from 'lit';
import type { Token, Tokens } from 'marked';
import { highlighted } from '../editor/sql';
import type { Page } from '../protocol';

/** What a rule's page says of an example, by the word after `sql` in its fence. */
const roles: Record<string, string> = { bad: 'Reported', good: 'Fine', fixed: 'After the fix' };

export function markdown(page: Page, tryIt?: (sql: string) => void): TemplateResult[] {
  return blocks(page, tryIt);
}

/** What a rule's page says before its examples: what the rule looks for, and why. */
export function gist(page: Page): TemplateResult[] {
  const paragraphs = page.filter(({ type }, at, all) => {
    const heading = all.slice(0, at).findLast((token): token is Tokens.Heading => token.type === 'heading');
    return type === 'paragraph' && (heading?.depth === 1 || heading?.text === 'Why');
  });
  return blocks(paragraphs);
}

type TryIt = ((sql: string) => void) | undefined;

function blocks(tokens: readonly Token[], tryIt?: TryIt): TemplateResult[] {
  return tokens.map((token) => block(token, tryIt));
}

function block(token: Token, tryIt: TryIt): TemplateResult {
  switch (token.type) {
    case 'heading': {
      const content = inline(token.tokens);
      // The page's own headings end at the second level.
      return token.depth === 1 ? html`<h2>${content}</h2>` : html`<h3>${content}</h3>`;
    }
    case 'paragraph':
      return html`<p>${inline(token.tokens)}</p>`;
    case 'text':
      return html`${token.tokens ? inline(token.tokens) : token.text}`;
    case 'code':
      return code(token as Tokens.Code, tryIt);
    case 'list': {
      const items = (token as Tokens.List).items.map((item) => html`<li>${blocks(item.tokens)}</li>`);
      return token.ordered ? html`<ol>${items}</ol>` : html`<ul>${items}</ul>`;
    }
    case 'blockquote':
      return html`<blockquote>${blocks(token.tokens ?? [])}</blockquote>`;
    case 'table':
      return table(token as Tokens.Table);
    case 'hr':
      return html`<hr />`;
    case 'space':
      return html``;
    default:
      return html`<p>${'text' in token ? token.text : ''}</p>`;
  }
}

function code({ lang, text }: Tokens.Code, tryIt: TryIt): TemplateResult {
  const [language, role = ''] = (lang ?? '').split(/\s+/);
  const label = roles[role];
  return html`<figure class=${role}>
    ${label
      ? html`<figcaption>${label}${tryIt ? html`<button class="button" @click=${() => tryIt(text)}>Open in the editor</button>` : nothing}</figcaption>`
      : nothing}
    <pre tabindex="0"><code>${language === 'sql' ? highlighted(text) : text}</code></pre>
  </figure>`;
}

function table({ header, rows }: Tokens.Table): TemplateResult {
  return html`<table>
    <thead>
      <tr>
        ${header.map((cell) => html`<th>${inline(cell.tokens)}</th>`)}
      </tr>
    </thead>
    <tbody>
      ${rows.map((row) => html`<tr>${row.map((cell) => html`<td>${inline(cell.tokens)}</td>`)}</tr>`)}
    </tbody>
  </table>`;
}

function inline(tokens: readonly Token[] = []): (TemplateResult | string)[] {
  return tokens.map((token) => {
    switch (token.type) {
      case 'strong':
        return html`<strong>${inline(token.tokens)}</strong>`;
      case 'em':
        return html`<em>${inline(token.tokens)}</em>`;
      case 'codespan':
        return html`<code>${token.text}</code>`;
      case 'br':
        return html`<br />`;
      case 'link':
        return link(token as Tokens.Link);
      case 'text':
      case 'escape':
        return token.text;
      default:
        return 'text' in token ? token.text : '';
    }
  });
}

function link({ href, tokens }: Tokens.Link): TemplateResult {
  return /^https:\/\//.test(href)
    ? html`<a href=${href} target="_blank" rel="noopener noreferrer">${inline(tokens)}</a>`
    : html`${inline(tokens)}`;
}
