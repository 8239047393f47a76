import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { examples } from '../examples';
import { inWords, plural } from '../model/problems';
import type { Report } from '../protocol';
import { currentTheme, onSystemTheme, toggleTheme } from '../theme';
import { emit } from './events';
import { icons } from './icons';
import { sharedStyles } from './shared-styles';

/** The page's name, which project is open, and what came of it. */
@customElement('app-header')
export class AppHeader extends LitElement {
  /** The key of the open example; empty for the user's own project. */
  @property() example = '';
  @property({ attribute: false }) summary: Report['summary'] | undefined;
  @property({ type: Number }) milliseconds = 0;
  @property() version = '';

  @state() private theme = currentTheme();

  constructor() {
    super();
    onSystemTheme(() => (this.theme = currentTheme()));
  }

  protected override render(): TemplateResult {
    const other = this.theme === 'dark' ? 'light' : 'dark';
    return html`
      <h1>${mark}pgdry ${this.version ? html`<small>${this.version}</small>` : nothing}</h1>
      <a href="./docs/index.html">Docs</a>
      <label>
        <span>Project</span>
        <select @change=${this.picked}>
          ${this.example ? nothing : html`<option value="" selected>Your migrations</option>`}
          ${Object.entries(examples).map(
            ([key, { title }]) => html`<option value=${key} ?selected=${key === this.example}>${title}</option>`,
          )}
        </select>
      </label>
      <p role="status">${this.summary ? this.verdict(this.summary) : 'Loading the validator…'}</p>
      <button class="tool" title="Show the ${other} colours" aria-label="Show the ${other} colours" @click=${this.switchTheme}>
        ${icons[other]}
      </button>
    `;
  }

  private verdict({ files, statements, errors, warnings, infos }: Report['summary']): TemplateResult {
    const worst = errors > 0 ? 'error' : warnings > 0 ? 'warning' : infos > 0 ? 'info' : 'clean';
    const words = inWords({ error: errors, warning: warnings, info: infos }) || 'No problems';
    return html`<span class="verdict ${worst}">${worst === 'clean' ? icons.done : icons[worst]}${words}</span>
      <span class="extent">${plural(files, 'file')}, ${plural(statements, 'statement')} in ${duration(this.milliseconds)}</span>`;
  }

  private picked(event: Event): void {
    emit(this, 'open-example', (event.target as HTMLSelectElement).value);
  }

  private switchTheme(): void {
    this.theme = toggleTheme();
  }

  static override styles = [
    sharedStyles,
    css`
      :host {
        display: flex;
        align-items: center;
        gap: 18px;
        min-height: 46px;
        padding: 0 10px 0 14px;
        border-bottom: 1px solid var(--line);
        background: var(--raised);
      }
      h1 {
        display: flex;
        align-items: center;
        gap: 8px;
        margin: 0;
        font-size: 16px;
        font-weight: 650;
        letter-spacing: -0.01em;
      }
      a {
        padding: 4px 0;
        color: var(--accent);
        font-size: 13px;
      }
      small {
        color: var(--muted);
        font-size: 12px;
        font-weight: 400;
        letter-spacing: 0;
      }
      label {
        display: flex;
        align-items: center;
        gap: 7px;
        color: var(--muted);
        font-size: 13px;
      }
      select {
        height: 28px;
        padding: 0 6px;
        border: 1px solid var(--line);
        border-radius: 5px;
        background: var(--ground);
        color: var(--text);
      }
      p {
        flex: 1;
        display: flex;
        align-items: center;
        justify-content: flex-end;
        gap: 14px;
        margin: 0;
        min-width: 0;
        font-size: 13px;
        color: var(--muted);
        white-space: nowrap;
      }
      .verdict {
        display: inline-flex;
        align-items: center;
        gap: 6px;
        font-weight: 600;
      }
      .clean {
        color: var(--good);
      }
      .extent {
        font-variant-numeric: tabular-nums;
      }
      @media (max-width: 1000px) {
        .extent {
          display: none;
        }
      }
      @media (max-width: 760px) {
        :host {
          flex-wrap: wrap;
          gap: 6px 12px;
          padding: 6px 6px 6px 12px;
        }
        label {
          flex: 1;
          min-width: 0;
          justify-content: flex-end;
        }
        label span {
          position: absolute;
          clip-path: inset(50%);
        }
        select {
          height: 36px;
          min-width: 0;
          max-width: 100%;
        }
        .tool {
          width: 40px;
          height: 40px;
        }
        p {
          order: 1;
          flex-basis: 100%;
          justify-content: flex-start;
          padding-bottom: 2px;
        }
      }
    `,
  ];
}

const duration = (milliseconds: number): string => (milliseconds < 10 ? `${milliseconds.toFixed(1)} ms` : `${milliseconds.toFixed(0)} ms`);

const mark = html`<svg viewBox="0 0 32 32" width="22" height="22" aria-hidden="true">
  <rect width="32" height="32" rx="7" fill="#1d5fa6" />
  <path d="M9 9.5h14M9 15.5h7" stroke="#fff" stroke-width="2.6" stroke-linecap="round" fill="none" />
  <path d="m13.5 22 3.6 3.4 7-8" stroke="#ffd27a" stroke-width="3" stroke-linecap="round" stroke-linejoin="round" fill="none" />
</svg>`;
