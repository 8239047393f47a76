import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { examples } from '../examples';
import type { Check } from '../model/findings';
import { inWords, plural } from '../model/problems';
import type { Report } from '../protocol';
import { currentTheme, onSystemTheme, toggleTheme } from '../theme';
import type { Origin } from './app-projects';
import { emit } from './events';
import { icons } from './icons';
import { sharedStyles } from './shared-styles';

/** The page's name, which project is open, and what came of it. */
@customElement('app-header')
export class AppHeader extends LitElement {
  /** Which of the listed projects is open; neither for one of the user's own that is not saved. */
  @property({ attribute: false }) origin: Origin = {};
  @property({ attribute: false }) saved: readonly string[] = [];
  /** The open project's name. */
  @property() name = '';
  @property({ attribute: false }) check: Check | undefined;
  @property() version = '';

  @state() private theme = currentTheme();
  @state() private naming = false;

  constructor() {
    super();
    onSystemTheme(() => (this.theme = currentTheme()));
  }

  protected override render(): TemplateResult {
    const other = this.theme === 'dark' ? 'light' : 'dark';
    const { saved, example } = this.origin;
    return html`
      <h1>${mark}pgdry ${this.version ? html`<small>${this.version}</small>` : nothing}</h1>
      <a href="./docs/index.html">Docs</a>
      <label>
        <span>Project</span>
        <select aria-label="Project" @change=${this.picked}>
          ${saved || example ? nothing : html`<option value="" selected>${this.name || 'Your migrations'}</option>`}
          ${this.saved.length > 0
            ? html`<optgroup label="Saved in this browser">
                ${this.saved.map((name) => html`<option value="saved:${name}" ?selected=${name === saved}>${name}</option>`)}
              </optgroup>`
            : nothing}
          ${[...Map.groupBy(Object.entries(examples), ([, { group }]) => group)].map(
            ([group, members]) => html`<optgroup label=${group}>
              ${members.map(([key, { title }]) => html`<option value="example:${key}" ?selected=${key === example}>${title}</option>`)}
            </optgroup>`,
          )}
        </select>
      </label>
      ${this.naming ? this.nameForm() : this.tools(saved)}
      <p role="status">${this.check ? this.verdict(this.check.summary) : 'Loading the validator…'}</p>
      <button class="tool" title="Show the ${other} colours" aria-label="Show the ${other} colours" @click=${this.switchTheme}>
        ${icons[other]}
      </button>
    `;
  }

  private tools(saved: string | undefined): TemplateResult {
    return html`<div class="tools">
      <button class="tool" title="Share as a link" aria-label="Share as a link" @click=${() => emit(this, 'share-project')}>${icons.share}</button>
      <button class="tool" title="Save in this browser" aria-label="Save in this browser" @click=${this.startNaming}>${icons.save}</button>
      ${saved
        ? html`<button class="tool" title="Remove from this browser" aria-label="Remove from this browser" @click=${() => emit(this, 'forget-project', saved)}>
            ${icons.remove}
          </button>`
        : nothing}
    </div>`;
  }

  private nameForm(): TemplateResult {
    return html`<form class="tools" @submit=${this.save} @keydown=${(event: KeyboardEvent) => event.key === 'Escape' && (this.naming = false)}>
      <input id="name" aria-label="Name of the saved project" required maxlength="80" autocomplete="off" .value=${this.origin.saved ?? this.name} />
      <button class="button">Save</button>
    </form>`;
  }

  private async startNaming(): Promise<void> {
    this.naming = true;
    await this.updateComplete;
    this.renderRoot.querySelector<HTMLInputElement>('#name')?.select();
  }

  private save(event: Event): void {
    event.preventDefault();
    const name = this.renderRoot.querySelector<HTMLInputElement>('#name')?.value.trim() ?? '';
    if (!name) return;
    this.naming = false;
    emit(this, 'save-project', name);
  }

  private verdict({ files, statements, errors, warnings, infos }: Report['summary']): TemplateResult {
    const worst = errors > 0 ? 'error' : warnings > 0 ? 'warning' : infos > 0 ? 'info' : 'clean';
    const words = inWords({ error: errors, warning: warnings, info: infos }) || 'No problems';
    return html`<span class="verdict ${worst}">${worst === 'clean' ? icons.done : icons[worst]}${words}</span>
      <span class="extent">${plural(files, 'file')}, ${plural(statements, 'statement')} in ${duration(this.check?.milliseconds ?? 0)}</span>`;
  }

  private picked(event: Event): void {
    const { value } = event.target as HTMLSelectElement;
    const [kind, key] = [value.slice(0, value.indexOf(':')), value.slice(value.indexOf(':') + 1)];
    if (kind === 'saved') emit(this, 'open-saved', key);
    if (kind === 'example') emit(this, 'open-example', key);
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
      .tools {
        display: flex;
        gap: 2px;
        margin-left: -12px;
      }
      select,
      input {
        height: 28px;
        max-width: 17em;
        padding: 0 6px;
        border: 1px solid var(--control-line);
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
        .tools {
          margin-left: -6px;
          min-width: 0;
        }
        input {
          min-width: 0;
          width: 9em;
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
