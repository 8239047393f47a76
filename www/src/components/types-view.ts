import { css, html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { Check } from '../model/findings';
import { download } from '../model/download';
import type { Dialect, Target } from '../protocol';
import './code-view';
import type { Language } from './code-view';
import { icons } from './icons';
import { panelStyles } from './panel-styles';

const dialects: readonly { value: Dialect; name: string; title: string }[] = [
  { value: 'cli', name: 'Supabase CLI', title: 'As `supabase gen types typescript` writes them' },
  { value: 'meta', name: 'postgres-meta', title: 'As postgres-meta, and so the dashboard, writes them' },
];

const targets: Record<Target, { name: string; language: Language; file: string }> = {
  typescript: { name: 'TypeScript', language: 'typescript', file: 'database.types.ts' },
  zod: { name: 'zod 4', language: 'typescript', file: 'database.zod.ts' },
  'json-schema': { name: 'JSON Schema', language: 'json', file: 'database.schema.json' },
  rust: { name: 'Rust (serde)', language: 'rust', file: 'database.rs' },
  metadata: { name: 'Metadata (Go, Python, Swift)', language: 'json', file: 'database.metadata.json' },
};

/** What the types are asked for. */
export interface TypesWish {
  target: Target;
  dialect: Dialect;
}

/** The types of the schema that the migrations build. */
@customElement('types-view')
export class TypesView extends LitElement {
  /** Each new check asks for the types anew. */
  @property({ attribute: false }) check: Check | undefined;
  @property({ attribute: false }) generate: ((wish: TypesWish) => Promise<string>) | undefined;

  @state() private wish: TypesWish = { target: 'typescript', dialect: 'cli' };
  @state() private text = '';
  /** What `text` is: what was just picked is not there at once. */
  @state() private shown: TypesWish | undefined;
  @state() private refusal = '';
  @state() private copied = false;
  private asked = 0;

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has('check') || changed.has('wish')) void this.refresh();
  }

  private async refresh(): Promise<void> {
    if (!this.check || !this.generate) return;
    const asked = ++this.asked;
    const { wish } = this;
    try {
      const text = await this.generate(wish);
      if (asked !== this.asked) return;
      this.text = text;
      this.shown = wish;
      this.refusal = '';
    } catch (error) {
      if (asked !== this.asked) return;
      this.text = '';
      this.shown = undefined;
      this.refusal = error instanceof Error ? error.message : String(error);
    }
  }

  protected override render(): TemplateResult {
    const isThere = this.shown === this.wish;
    const { target, dialect } = this.wish;
    return html`
      <div class="bar">
        <select aria-label="Target" @change=${(event: Event) => this.pick((event.target as HTMLSelectElement).value as Target)}>
          ${Object.entries(targets).map(([value, { name }]) => html`<option value=${value} ?selected=${value === target}>${name}</option>`)}
        </select>
        ${target === 'typescript'
          ? html`<div class="choice" role="group" aria-label="Dialect">
              ${dialects.map(
                ({ value, name, title }) => html`<button class="button" title=${title} aria-pressed=${dialect === value}
                  @click=${() => (this.wish = { target, dialect: value })}>${name}</button>`,
              )}
            </div>`
          : nothing}
        <span class="space"></span>
        <button class="button" ?disabled=${!isThere} @click=${this.copy}>${this.copied ? icons.done : icons.copy}${this.copied ? 'Copied' : 'Copy'}</button>
        <button class="button" ?disabled=${!isThere} @click=${() => download(targets[target].file, this.text)}>${icons.download}Download</button>
      </div>
      ${this.refusal ? html`<p class="refusal" role="alert">${this.refusal}</p>` : nothing}
      <code-view label="Generated types" .language=${targets[this.shown?.target ?? target].language} .text=${this.text}></code-view>
    `;
  }

  private pick(target: Target): void {
    this.wish = { ...this.wish, target };
  }

  private async copy(): Promise<void> {
    await navigator.clipboard.writeText(this.text);
    this.copied = true;
    setTimeout(() => (this.copied = false), 1500);
  }

  static override styles = [
    panelStyles,
    css`
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
      }
      .choice [aria-pressed='true'] {
        font-weight: 600;
      }
    `,
  ];
}
