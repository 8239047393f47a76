import { css, html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { Dialect, Report } from '../protocol';
import './code-view';
import { icons } from './icons';
import { sharedStyles } from './shared-styles';

const dialects: readonly { value: Dialect; name: string; title: string }[] = [
  { value: 'cli', name: 'Supabase CLI', title: 'As `supabase gen types typescript` writes them' },
  { value: 'meta', name: 'postgres-meta', title: 'As postgres-meta, and so the dashboard, writes them' },
];

/** The TypeScript types of the schema that the migrations build. */
@customElement('types-view')
export class TypesView extends LitElement {
  /** Each new report asks for the types anew. */
  @property({ attribute: false }) report: Report | undefined;
  @property({ attribute: false }) generate: ((dialect: Dialect) => Promise<string>) | undefined;

  @state() private dialect: Dialect = 'cli';
  @state() private text = '';
  /** The dialect that `text` is in: the one just picked is not there at once. */
  @state() private shown: Dialect | undefined;
  @state() private refusal = '';
  @state() private copied = false;
  private asked = 0;

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has('report') || changed.has('dialect')) void this.refresh();
  }

  private async refresh(): Promise<void> {
    if (!this.report || !this.generate) return;
    const asked = ++this.asked;
    const { dialect } = this;
    try {
      const text = await this.generate(dialect);
      if (asked !== this.asked) return;
      this.text = text;
      this.shown = dialect;
      this.refusal = '';
    } catch (error) {
      if (asked !== this.asked) return;
      this.text = '';
      this.shown = undefined;
      this.refusal = error instanceof Error ? error.message : String(error);
    }
  }

  protected override render(): TemplateResult {
    const isThere = this.shown === this.dialect;
    return html`
      <div class="bar">
        <div class="choice" role="group" aria-label="Dialect">
          ${dialects.map(
            ({ value, name, title }) => html`<button class="button" title=${title} aria-pressed=${this.dialect === value}
              @click=${() => (this.dialect = value)}>${name}</button>`,
          )}
        </div>
        <span class="space"></span>
        <button class="button" ?disabled=${!isThere} @click=${this.copy}>${this.copied ? icons.done : icons.copy}${this.copied ? 'Copied' : 'Copy'}</button>
        <button class="button" ?disabled=${!isThere} @click=${this.download}>${icons.download}Download</button>
      </div>
      ${this.refusal ? html`<p class="error" role="alert">${this.refusal}</p>` : nothing}
      <code-view label="Generated TypeScript types" .text=${this.text}></code-view>
    `;
  }

  private async copy(): Promise<void> {
    await navigator.clipboard.writeText(this.text);
    this.copied = true;
    setTimeout(() => (this.copied = false), 1500);
  }

  private download(): void {
    const address = URL.createObjectURL(new Blob([this.text], { type: 'text/plain' }));
    const link = document.createElement('a');
    link.href = address;
    link.download = 'database.types.ts';
    link.click();
    URL.revokeObjectURL(address);
  }

  static override styles = [
    sharedStyles,
    css`
      :host {
        display: flex;
        flex-direction: column;
        min-height: 0;
      }
      .bar {
        flex: none;
        display: flex;
        flex-wrap: wrap;
        gap: 6px;
        padding: 8px 12px;
        border-bottom: 1px solid var(--line);
      }
      .bar .button {
        font-size: 12px;
        padding: 2px 9px;
      }
      .choice {
        display: flex;
      }
      .choice .button {
        border-radius: 0;
      }
      .choice .button:first-child {
        border-radius: 5px 0 0 5px;
      }
      .choice .button:last-child {
        border-radius: 0 5px 5px 0;
        border-left: none;
      }
      .choice [aria-pressed='true'] {
        background: var(--selected);
        font-weight: 600;
      }
      .space {
        flex: 1;
      }
      code-view {
        flex: 1;
      }
      p {
        margin: 0;
        padding: 10px 14px;
      }
      @media (max-width: 760px) {
        .bar .button {
          min-height: 36px;
        }
      }
    `,
  ];
}
