import { css, html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { prose } from '../docs/prose';
import { plural, severities, type Problem, type Severity } from '../model/problems';
import { fileName } from '../model/project';
import type { Finding, Report } from '../protocol';
import { emit } from './events';
import { icons, severityIcon } from './icons';
import { sharedStyles } from './shared-styles';

/** Rows drawn at first: a browser lays out no more than it must. */
const FIRST = 300;

/** What was found, by file, in the order of the replay. */
@customElement('problem-list')
export class ProblemList extends LitElement {
  @property({ attribute: false }) summary: Report['summary'] | undefined;
  @property({ attribute: false }) problems: readonly Problem[] = [];
  /** The file in the editor. */
  @property() open = '';

  @state() private muted: ReadonlySet<Severity> = new Set();
  @state() private onlyOpen = false;
  @state() private all = false;

  protected override render(): TemplateResult {
    const { summary } = this;
    if (!summary) return html`<p class="empty">Checking…</p>`;
    const shown = this.problems.filter(({ finding }) => !this.muted.has(finding.severity) && (!this.onlyOpen || finding.file === this.open));
    const drawn = this.all ? shown : shown.slice(0, FIRST);
    const groups = Map.groupBy(drawn, ({ finding }) => finding.file);
    return html`
      <div class="filters" role="group" aria-label="Shown problems">
        ${severities.map((severity) => this.filter(severity, summary))}
        <button class="button" aria-pressed=${this.onlyOpen} @click=${() => (this.onlyOpen = !this.onlyOpen)}>This file</button>
      </div>
      <div class="list" @keydown=${this.onKey}>
        ${this.problems.length === 0 ? this.none(summary) : shown.length === 0 ? html`<p class="empty">None of these here.</p>` : nothing}
        ${[...groups].map(([file, problems]) => this.group(file, problems))}
        ${shown.length > drawn.length
          ? html`<button class="button more" @click=${() => (this.all = true)}>Show all ${shown.length.toLocaleString('en')}</button>`
          : nothing}
      </div>
    `;
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (changed.has('open')) this.renderRoot.querySelector('section:has(h2.open)')?.scrollIntoView({ block: 'nearest' });
  }

  private filter(severity: Severity, summary: Report['summary']): TemplateResult {
    const count = summary[`${severity}s`];
    return html`<button class="button" aria-pressed=${!this.muted.has(severity)} @click=${() => this.toggle(severity)}>
      <span class=${severity}>${severityIcon(severity)}</span>${plural(count, severity)}
    </button>`;
  }

  private none(summary: Report['summary']): TemplateResult {
    return html`
      <div class="empty">
        <span class="good">${icons.done}</span>
        <p><strong>No problems.</strong></p>
        <p>
          ${plural(summary.files, 'file')} with ${plural(summary.statements, 'statement')} replayed on a fresh Supabase database.
          ${summary.uncertain > 0 ? html`What ${plural(summary.uncertain, 'statement')} would do cannot be known from the files alone.` : nothing}
        </p>
      </div>
    `;
  }

  private group(file: string, problems: readonly Problem[]): TemplateResult {
    return html`
      <section>
        <h2 title=${file} class=${file === this.open ? 'open' : ''}>${fileName(file)}</h2>
        <ul role="list">
          ${problems.map((problem) => this.problem(problem))}
        </ul>
      </section>
    `;
  }

  private problem({ finding, consequences }: Problem): TemplateResult {
    return html`
      <li>
        ${this.head(finding)}
        ${finding.help ? html`<p class="help">${prose(finding.help)}</p>` : nothing}
        <div class="actions">
          ${this.ruleButton(finding)}
          ${finding.sqlstate ? html`<span class="state">SQLSTATE ${finding.sqlstate}</span>` : nothing}
          ${finding.fixes.map(
            (fix) => html`<button class="button fix" @click=${() => emit(this, 'apply-fix', fix)}>${icons.fix}${fix.title}</button>`,
          )}
        </div>
        ${consequences.length > 0
          ? html`
              <details>
                <summary>${plural(consequences.length, 'statement')} after it ${consequences.length === 1 ? 'fails' : 'fail'} because of this</summary>
                <ul role="list" class="consequences">
                  ${consequences.map(({ finding: each }) => html`<li>${this.head(each, finding.file)}</li>`)}
                </ul>
              </details>
            `
          : nothing}
      </li>
    `;
  }

  private head(finding: Finding, under = finding.file): TemplateResult {
    const place = `${finding.start.line}:${finding.start.column}`;
    const where = finding.file === under ? place : `${fileName(finding.file)}:${finding.start.line}`;
    return html`
      <button class="jump" title="${fileName(finding.file)}:${place}" @click=${() => emit(this, 'show-finding', finding)}>
        <span class=${finding.severity}>${severityIcon(finding.severity)}</span>
        <span class="message"><span class="visually-hidden">${finding.severity}: </span>${prose(finding.message)}</span>
        <span class="place"><span class="visually-hidden">, line </span>${where}</span>
      </button>
    `;
  }

  private ruleButton({ rule }: Finding): TemplateResult {
    return html`<button class="rule" title="Read about this rule" @click=${() => emit(this, 'explain-rule', rule)}>${rule}</button>`;
  }

  private toggle(severity: Severity): void {
    const muted = new Set(this.muted);
    if (!muted.delete(severity)) muted.add(severity);
    this.muted = muted;
  }

  private onKey(event: KeyboardEvent): void {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (step === 0) return;
    // Those in a closed <details> have no box.
    const jumps = [...this.renderRoot.querySelectorAll<HTMLElement>('.jump')].filter((jump) => jump.checkVisibility());
    const at = jumps.indexOf(event.composedPath()[0] as HTMLElement);
    if (at < 0) return;
    jumps[at + step]?.focus();
    event.preventDefault();
  }

  static override styles = [
    sharedStyles,
    css`
      :host {
        display: flex;
        flex-direction: column;
        min-height: 0;
      }
      .filters {
        flex: none;
        display: flex;
        flex-wrap: wrap;
        gap: 6px;
        padding: 8px 12px;
        border-bottom: 1px solid var(--line);
      }
      .filters .button {
        font-variant-numeric: tabular-nums;
        font-size: 12px;
        padding: 2px 9px;
      }
      .filters [aria-pressed='true'] {
        background: var(--selected);
        border-color: transparent;
      }
      .filters [aria-pressed='false'] {
        color: var(--muted);
      }
      .list {
        overflow: auto;
        flex: 1;
        min-height: 0;
      }
      .empty {
        margin: 0;
        padding: 40px 24px;
        text-align: center;
        color: var(--muted);
      }
      .empty p {
        margin: 6px auto;
        max-width: 42ch;
      }
      .empty strong {
        color: var(--text);
      }
      .good {
        display: inline-block;
        color: var(--good);
        padding: 10px;
        border-radius: 50%;
        background: var(--good-ground);
      }
      h2 {
        position: sticky;
        top: 0;
        margin: 0;
        padding: 6px 14px;
        background: var(--raised);
        border-bottom: 1px solid var(--line);
        color: var(--muted);
        font: 500 12px/1.5 var(--mono);
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
      }
      h2.open {
        color: var(--text);
        font-weight: 600;
      }
      ul {
        list-style: none;
        margin: 0;
        padding: 0;
      }
      section > ul > li {
        padding: 6px 14px 9px;
        border-bottom: 1px solid var(--line);
      }
      .jump {
        all: unset;
        box-sizing: border-box;
        cursor: pointer;
        display: flex;
        gap: 8px;
        width: 100%;
        padding: 3px 4px;
        margin-left: -4px;
        border-radius: 4px;
      }
      .jump:hover {
        background: var(--hover);
      }
      .jump:focus-visible {
        outline: 2px solid var(--focus);
      }
      .jump .icon {
        margin-top: 2px;
      }
      .message {
        flex: 1;
        min-width: 0;
        overflow-wrap: anywhere;
        font-weight: 500;
      }
      code {
        font: 0.92em/1 var(--mono);
      }
      .place {
        flex: none;
        color: var(--muted);
        font: 12px/1.7 var(--mono);
      }
      .help {
        margin: 1px 0 5px 24px;
        font-size: 13px;
        color: var(--muted);
        overflow-wrap: anywhere;
      }
      .actions {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 4px 12px;
        margin-left: 24px;
        font-size: 12px;
      }
      .rule {
        all: unset;
        cursor: pointer;
        color: var(--accent);
        font: 12px/1.6 var(--mono);
        border-radius: 2px;
      }
      .rule:hover {
        text-decoration: underline;
      }
      .rule:focus-visible {
        outline: 2px solid var(--focus);
      }
      .state {
        color: var(--muted);
      }
      .fix {
        margin-left: auto;
        font-size: 12px;
        color: var(--accent);
        border-color: color-mix(in srgb, var(--accent) 45%, transparent);
        padding: 1px 9px 1px 6px;
      }
      details {
        margin: 6px 0 0 24px;
        font-size: 13px;
      }
      summary {
        cursor: pointer;
        color: var(--muted);
        border-radius: 3px;
      }
      .consequences {
        margin: 4px 0 0;
        padding-left: 4px;
        border-left: 2px solid var(--line);
      }
      .consequences .message {
        font-weight: 400;
      }
      .consequences .place {
        flex: 0 1 auto;
        max-width: 45%;
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
      }
      .more {
        display: flex;
        margin: 12px auto;
      }
      @media (max-width: 760px) {
        .filters .button,
        .fix,
        .more {
          min-height: 36px;
        }
        .jump {
          padding: 8px 4px;
        }
      }
    `,
  ];
}
