import { css, html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { markdown } from '../docs/markdown';
import { codeStyles } from '../editor/code-styles';
import type { Page } from '../protocol';
import { emit } from './events';
import { sharedStyles } from './shared-styles';

/** What a rule looks for, why, and what to write instead. */
@customElement('rule-page')
export class RulePage extends LitElement {
  @property() rule = '';
  @property({ attribute: false }) explain: ((rule: string) => Promise<Page>) | undefined;

  @state() private page: Page = [];
  @state() private refusal = '';

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has('rule')) void this.load(this.rule);
  }

  private async load(rule: string): Promise<void> {
    if (!rule || !this.explain) return;
    this.page = [];
    this.refusal = '';
    try {
      const page = await this.explain(rule);
      if (rule === this.rule) this.page = page;
    } catch (error) {
      if (rule === this.rule) this.refusal = error instanceof Error ? error.message : String(error);
    }
    this.scrollTop = 0;
  }

  protected override render(): TemplateResult {
    return html`<article>${this.refusal ? html`<p class="error" role="alert">${this.refusal}</p>` : nothing}${markdown(this.page, this.tryIt)}</article>`;
  }

  private readonly tryIt = (sql: string): void => emit(this, 'open-rule-example', { rule: this.rule, sql });

  static override styles = [
    sharedStyles,
    codeStyles,
    css`
      :host {
        display: block;
        overflow: auto;
        min-height: 0;
      }
      article {
        padding: 14px 18px 28px;
        max-width: 76ch;
        overflow-wrap: anywhere;
      }
      h2 {
        margin: 0 0 8px;
        font: 600 16px/1.4 var(--mono);
      }
      h3 {
        margin: 18px 0 4px;
        font-size: 13px;
        color: var(--muted);
      }
      p,
      ul,
      ol {
        margin: 6px 0;
      }
      ul,
      ol {
        padding-left: 20px;
      }
      code {
        font: 12px/1.5 var(--mono);
      }
      p code,
      li code,
      td code {
        padding: 1px 4px;
        border-radius: 3px;
        background: var(--sunken);
      }
      a {
        color: var(--accent);
      }
      figure {
        margin: 8px 0 12px;
        border: 1px solid var(--line);
        border-left: 3px solid var(--control-line);
        border-radius: 5px;
        overflow: hidden;
      }
      figure.bad {
        border-left-color: var(--error);
      }
      figure.good,
      figure.fixed {
        border-left-color: var(--good);
      }
      figcaption {
        display: flex;
        align-items: center;
        justify-content: space-between;
        padding: 3px 4px 3px 12px;
        background: var(--raised);
        border-bottom: 1px solid var(--line);
        font-size: 12px;
        color: var(--muted);
      }
      figcaption .button {
        min-height: 24px;
        font-size: 12px;
      }
      .bad figcaption {
        color: var(--error);
      }
      .good figcaption,
      .fixed figcaption {
        color: var(--good);
      }
      pre {
        margin: 0;
        padding: 8px 12px;
        overflow: auto;
        overflow-wrap: normal;
      }
      pre:focus-visible {
        outline-offset: -2px;
      }
      blockquote {
        margin: 8px 0;
        padding-left: 12px;
        border-left: 3px solid var(--line);
        color: var(--muted);
      }
      table {
        border-collapse: collapse;
        font-size: 13px;
      }
      th,
      td {
        padding: 4px 10px;
        border: 1px solid var(--line);
        text-align: left;
        vertical-align: top;
      }
    `,
  ];
}
