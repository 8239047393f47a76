import '@lit-labs/virtualizer';
// Otherwise it is loaded with the first list, which may be when there is no network.
import '@lit-labs/virtualizer/layouts/flow.js';
import type { LitVirtualizer } from '@lit-labs/virtualizer';
import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import { keyed } from 'lit/directives/keyed.js';
import { prose } from '../docs/prose';
import type { Check } from '../model/findings';
import { filtered, grouped, plural, rowsOf, severities, type Grouping, type Problem, type Row, type Severity } from '../model/problems';
import { fileName } from '../model/project';
import type { Finding } from '../protocol';
import { emit } from './events';
import { icons, severityIcon } from './icons';
import { placed } from './near-rows';
import { PacedElement } from './paced-element';
import { problemStyles } from './problem-styles';

/** A row keeps its element, and with it the focus, when other findings come. */
const place = (_: Row, at: number): number => at;

/** What was found, by file in the order of the replay or by rule. What is out of sight is not drawn. */
@customElement('problem-list')
export class ProblemList extends PacedElement {
  @property({ attribute: false }) check: Check | undefined;
  @property({ attribute: false }) problems: readonly Problem[] = [];
  /** The file in the editor. */
  @property() open = '';

  @state() private shown: ReadonlySet<Severity> = new Set(severities);
  @state() private onlyOpen = false;
  @state() private text = '';
  @state() private by: Grouping = 'file';
  @query('lit-virtualizer') private list: LitVirtualizer<Row> | null | undefined;

  private rows: readonly Row[] = [];
  /** The row that will have the focus when it is drawn. */
  private awaited: number | undefined;
  private fixable = 0;
  private fixableHere = 0;

  protected override willUpdate(): void {
    const file = this.onlyOpen ? this.open : undefined;
    this.rows = rowsOf(filtered(this.problems, { severities: this.shown, file, text: this.text }), this.by);
    this.fixable = this.fixableHere = 0;
    for (const { finding } of this.problems) {
      if (finding.fixes.length === 0) continue;
      this.fixable++;
      if (finding.file === this.open) this.fixableHere++;
    }
  }

  protected override render(): TemplateResult {
    const { check } = this;
    if (!check) return html`<p class="empty">Checking…</p>`;
    return html`
      <div class="bar" role="group" aria-label="Shown problems">
        ${severities.map((severity) => this.filter(severity, check.summary[`${severity}s`]))}
        <button class="button" aria-pressed=${this.onlyOpen} @click=${() => (this.onlyOpen = !this.onlyOpen)}>This file</button>
        <select aria-label="Group by" @change=${(event: Event) => (this.by = (event.target as HTMLSelectElement).value as Grouping)}>
          <option value="file" ?selected=${this.by === 'file'}>By file</option>
          <option value="rule" ?selected=${this.by === 'rule'}>By rule</option>
        </select>
        <input type="search" placeholder="Filter" aria-label="Filter problems" spellcheck="false" .value=${this.text}
          @input=${(event: Event) => (this.text = (event.target as HTMLInputElement).value)} @keydown=${this.onFilterKey} />
        ${this.fixable > 0 ? this.fixAll() : nothing}
      </div>
      ${this.problems.length === 0
        ? this.none(check.summary)
        : this.rows.length === 0
          ? html`<p class="empty">None of these here.</p>`
          : html`<lit-virtualizer class="scroll" scroller tabindex="-1" role="list" aria-label="Problems" .items=${this.rows as Row[]} .renderItem=${this.row}
              .keyFunction=${place} @keydown=${this.onKey}></lit-virtualizer>`}
    `;
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (!changed.has('open') || this.by !== 'file') return;
    const at = this.rows.findIndex((row) => row.kind === 'group' && row.title === this.open);
    if (at >= 0) void this.bringIntoSight(at);
  }

  private async bringIntoSight(row: number): Promise<void> {
    const { list } = this;
    if (!list) return;
    await list.updateComplete;
    await placed(list);
    // Meanwhile another tab may have taken its place.
    if (list.isConnected) list.element(row)?.scrollIntoView({ block: 'nearest' });
  }

  private filter(severity: Severity, count: number): TemplateResult {
    return html`<button class="button" aria-pressed=${this.shown.has(severity)} @click=${() => this.toggle(severity)}>
      <span class=${severity}>${severityIcon(severity)}</span>${plural(count, severity)}
    </button>`;
  }

  private fixAll(): TemplateResult {
    return html`
      ${this.fixableHere > 0
        ? html`<button class="button" title="Fix all in ${fileName(this.open)}" @click=${() => emit(this, 'fix-all', this.open)}>
            ${icons.fix}Fix file (${this.fixableHere})
          </button>`
        : nothing}
      <button class="button" title="Fix all in every file" @click=${() => emit(this, 'fix-all', '')}>${icons.fix}Fix all (${this.fixable})</button>
    `;
  }

  private none(summary: Check['summary']): TemplateResult {
    return html`
      <div class="empty">
        <span class="good">${icons.done}</span>
        <p><strong>No problems.</strong></p>
        <p>
          ${plural(summary.files, 'file')} with ${plural(summary.statements, 'statement')} replayed on a fresh database.
          ${summary.uncertain > 0 ? html`What ${plural(summary.uncertain, 'statement')} would do cannot be known from the files alone.` : nothing}
        </p>
      </div>
    `;
  }

  // The virtualizer can ask once more for a row that has just gone.
  private readonly row = (row: Row | undefined, at: number): TemplateResult => {
    if (row === undefined) return html``;
    if (row.kind === 'problem') return this.problem(row.problem, at);
    return html`<div role="listitem" class="group">
      <h2 title=${row.title} class=${row.title === this.open ? 'open' : ''}>${this.by === 'rule' ? row.title : fileName(row.title)}</h2>
      <span class="number">${grouped(row.count)}</span>
    </div>`;
  };

  private problem({ finding, consequences }: Problem, at: number): TemplateResult {
    return html`
      <div role="listitem" class="problem" data-row=${at}>
        ${this.head(finding, this.by === 'rule' ? '' : finding.file)}
        ${finding.help ? html`<p class="help">${prose(finding.help)}</p>` : nothing}
        <div class="actions">
          <button class="rule" title="Read about this rule" @click=${() => emit(this, 'explain-rule', finding.rule)}>${finding.rule}</button>
          ${finding.sqlstate ? html`<span class="state">SQLSTATE ${finding.sqlstate}</span>` : nothing}
          ${finding.fixes.map(
            (fix) => html`<button class="button fix" @click=${() => emit(this, 'apply-fix', fix)}>${icons.fix}${fix.title}</button>`,
          )}
        </div>
        ${consequences.length > 0
          ? keyed(finding, html`
              <details>
                <summary>${plural(consequences.length, 'statement')} after it ${consequences.length === 1 ? 'fails' : 'fail'} because of this</summary>
                <ul role="list" class="consequences">
                  ${consequences.map((each) => html`<li>${this.head(each, finding.file)}</li>`)}
                </ul>
              </details>
            `)
          : nothing}
      </div>
    `;
  }

  private head(finding: Finding, under: string): TemplateResult {
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

  private toggle(severity: Severity): void {
    const shown = new Set(this.shown);
    if (!shown.delete(severity)) shown.add(severity);
    this.shown = shown;
  }

  private onFilterKey(event: KeyboardEvent): void {
    if (event.key !== 'ArrowDown') return;
    event.preventDefault();
    void this.focusRow(-1, 1);
  }

  private onKey(event: KeyboardEvent): void {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    const focused = event.composedPath()[0];
    if (step === 0 || !(focused instanceof HTMLElement)) return;
    if (this.awaited !== undefined) {
      event.preventDefault();
      void this.focusRow(this.awaited, step);
      return;
    }
    const item = focused.closest<HTMLElement>('[data-row]');
    if (!item) return;
    event.preventDefault();
    // Within the problem first: those in a closed <details> have no box.
    const jumps = [...item.querySelectorAll<HTMLElement>('.jump')].filter((jump) => jump.checkVisibility());
    const inside = jumps[jumps.indexOf(focused) + step];
    if (inside && jumps.includes(focused)) inside.focus();
    else void this.focusRow(Number(item.dataset['row']), step);
  }

  /** Focuses the next problem after a row, though it may not be drawn yet. */
  private async focusRow(from: number, step: 1 | -1): Promise<void> {
    let at = from + step;
    while (this.rows[at]?.kind === 'group') at += step;
    if (!this.rows[at] || !this.list) return;
    const find = (): HTMLElement | null => this.renderRoot.querySelector(`[data-row="${at}"] .jump`);
    this.awaited = undefined;
    if (!find()) {
      this.awaited = at;
      // Further keys come here: the row that has the focus now may go.
      this.list.focus({ preventScroll: true });
      await this.bringIntoSight(at);
      await placed(this.list);
      if (this.awaited !== at) return;
      this.awaited = undefined;
    }
    find()?.focus();
  }

  static override styles = problemStyles;
}
