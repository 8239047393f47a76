import { css, html, LitElement, nothing, svg, type PropertyValues, type SVGTemplateResult, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { Check } from '../model/findings';
import { plural } from '../model/problems';
import { fileName, type Project } from '../model/project';
import type { StatementLocks } from '../protocol';
import { emit } from './events';
import { panelStyles } from './panel-styles';
import type { Ask } from './side-panel';

/** What a relation's lock keeps clients from, the least first. */
const blocks = (mode: string): 0 | 1 | 2 => (mode === 'ACCESS EXCLUSIVE' ? 2 : /^(EXCLUSIVE|SHARE|SHARE ROW EXCLUSIVE)$/.test(mode) ? 1 : 0);
const grades = ['quiet', 'writes', 'all'] as const;
const words = ['blocks nobody who reads or writes', 'blocks writes', 'blocks reads and writes'] as const;

const STEP = 26;
const LANE = 22;
const MOST = 400;

/** A lock that is held over a stretch of statements. */
interface Hold {
  relation: string;
  mode: string;
  from: number;
  /** The last statement of its transaction, or the one before a stronger mode. */
  to: number;
}

/** What each statement of the open file locks, and until when. */
@customElement('locks-view')
export class LocksView extends LitElement {
  @property({ attribute: false }) check: Check | undefined;
  @property({ attribute: false }) project!: Project;
  @property() open = '';
  @property({ attribute: false }) ask!: Ask;

  @state() private statements: readonly StatementLocks[] = [];
  /** The text that `statements` are of. */
  @state() private text = '';
  private asked = 0;

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('check') || changed.has('open')) void this.refresh();
  }

  private async refresh(): Promise<void> {
    const asked = ++this.asked;
    const text = this.project.files.get(this.open) ?? '';
    const statements = await this.ask('locks', { path: this.open });
    if (asked !== this.asked) return;
    this.statements = statements;
    this.text = text;
  }

  protected override render(): TemplateResult {
    if (!this.open) return html`<p class="empty">No file is open.</p>`;
    const { statements } = this;
    const holds = holdsOf(statements);
    const worst = Math.max(0, ...holds.map(({ mode }) => blocks(mode)));
    return html`
      <div class="bar">
        <strong>${fileName(this.open)}</strong>
        <span class="space"></span>
        <span role="status">${holds.length === 0 ? 'Locks nothing that others can see.' : html`<span class="dot ${grades[worst]}"></span>${words[worst]}`}</span>
      </div>
      <div class="scroll">
        ${holds.length > 0 ? this.chart(holds) : nothing}
        <ol>
          ${statements.slice(0, MOST).map((statement, at) => this.statement(statement, at))}
        </ol>
        ${statements.length > MOST ? html`<p class="empty">The first ${MOST} of ${statements.length.toLocaleString('en')} statements.</p>` : nothing}
      </div>
    `;
  }

  /** A lane a relation, a column a statement: how long what is held. */
  private chart(holds: readonly Hold[]): TemplateResult {
    const lanes = [...new Set(holds.map(({ relation }) => relation))];
    const count = Math.min(this.statements.length, MOST);
    const [width, height] = [count * STEP, lanes.length * LANE + 20];
    return html`<figure>
      <div class="names" aria-hidden="true">${lanes.map((name) => html`<div title=${name}>${name}</div>`)}</div>
      <div class="lanes" tabindex="0" role="img" aria-label=${holds.map((hold) => described(hold)).join('; ')}>
        <svg width=${width} height=${height} viewBox="0 0 ${width} ${height}" aria-hidden="true">
          ${this.statements.slice(0, count).map((statement, at) => column(statement, at, this.statements[at - 1], lanes.length * LANE))}
          ${holds.filter(({ from }) => from < count).map((hold) => bar(hold, lanes.indexOf(hold.relation), count))}
        </svg>
      </div>
    </figure>`;
  }

  private statement({ start, end, transaction, locks, held, applied }: StatementLocks, at: number): TemplateResult {
    const before = this.statements[at - 1];
    const text = this.text.slice(start.utf16, end.utf16);
    return html`<li>
      ${before && before.transaction !== transaction ? html`<div class="boundary">another transaction</div>` : nothing}
      <button class="jump" title="Go to the statement" @click=${() => emit(this, 'show-place', { file: this.open, from: start.utf16, to: end.utf16 })}>
        <span class="number">${at + 1}</span><code>${text.split('\n')[0]}</code><span class="place">line ${start.line}</span>
      </button>
      ${!applied ? html`<div class="note">does not apply</div>` : nothing}
      ${locks.map(
        (lock) => html`<div class="lock">
          <span class="dot ${grades[blocks(lock.mode)]}"></span>${lock.mode} on ${lock.kind} <code>${lock.relation}</code>
          ${lock.rewrite ? html`<span class="work">rewrites it</span>` : nothing} ${lock.scan ? html`<span class="work">reads all of it</span>` : nothing}
          ${lock.build ? html`<span class="work">builds an index</span>` : nothing}
        </div>`,
      )}
      ${held.length > locks.length ? html`<div class="note">${plural(held.length, 'lock')} held by then</div>` : nothing}
    </li>`;
  }

  static override styles = [
    panelStyles,
    css`
      strong {
        font: 500 12px/1.5 var(--mono);
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
        min-width: 0;
      }
      .dot {
        display: inline-block;
        width: 9px;
        height: 9px;
        margin-right: 6px;
        border-radius: 50%;
        background: var(--info);
      }
      .dot.writes {
        background: var(--warning);
      }
      .dot.all {
        background: var(--error);
      }
      figure {
        display: flex;
        margin: 12px 14px 4px;
      }
      .names {
        flex: none;
        max-width: 42%;
        font: 11px/22px var(--mono);
      }
      .names div {
        overflow: hidden;
        padding-right: 10px;
        text-overflow: ellipsis;
        white-space: nowrap;
      }
      .lanes {
        flex: 1;
        min-width: 0;
        overflow-x: auto;
      }
      svg {
        display: block;
      }
      svg text {
        fill: var(--muted);
        font: 10px var(--sans);
        text-anchor: middle;
      }
      .row {
        stroke: var(--line);
      }
      .border {
        stroke: var(--control-line);
        stroke-dasharray: 3 3;
      }
      .hold {
        fill: var(--info);
      }
      .hold.writes {
        fill: var(--warning);
      }
      .hold.all {
        fill: var(--error);
      }
      ol {
        margin: 0;
        padding: 0;
        list-style: none;
      }
      li {
        padding: 5px 14px 7px;
        border-bottom: 1px solid var(--line);
        font-size: 12px;
      }
      .jump {
        all: unset;
        box-sizing: border-box;
        cursor: pointer;
        display: flex;
        gap: 8px;
        width: 100%;
        border-radius: 4px;
      }
      .jump:hover {
        background: var(--hover);
      }
      .jump:focus-visible {
        outline: 2px solid var(--focus);
      }
      .jump code {
        flex: 1;
        min-width: 0;
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
      }
      code {
        font: 12px/1.6 var(--mono);
      }
      .number,
      .place,
      .note {
        color: var(--muted);
      }
      .number {
        min-width: 1.6em;
        text-align: right;
      }
      .lock,
      .note {
        margin-left: 28px;
        overflow-wrap: anywhere;
      }
      .work {
        margin-left: 6px;
        color: var(--warning);
        font-weight: 600;
      }
      .boundary {
        margin-bottom: 5px;
        border-top: 2px dashed var(--control-line);
        padding-top: 3px;
        color: var(--muted);
      }
    `,
  ];
}

/** From what each statement holds, the stretches of what is held. */
function holdsOf(statements: readonly StatementLocks[]): Hold[] {
  const holds: Hold[] = [];
  const open = new Map<string, Hold>();
  let transaction = 0;
  for (const [at, statement] of statements.entries()) {
    if (statement.transaction !== transaction) open.clear();
    transaction = statement.transaction;
    for (const { relation, mode } of statement.held) {
      const before = open.get(relation);
      if (before?.mode === mode) before.to = at;
      else {
        const hold = { relation, mode, from: at, to: at };
        open.set(relation, hold);
        holds.push(hold);
      }
    }
  }
  return holds;
}

const described = ({ relation, mode, from, to }: Hold): string =>
  `${relation}: ${mode}, ${words[blocks(mode)]}, from statement ${from + 1} to ${to + 1}`;

function column(statement: StatementLocks, at: number, before: StatementLocks | undefined, bottom: number): SVGTemplateResult {
  const isBorder = before !== undefined && before.transaction !== statement.transaction;
  return svg`
    ${isBorder ? svg`<path class="border" d="M${at * STEP} 0V${bottom}" />` : nothing}
    <text x=${at * STEP + STEP / 2} y=${bottom + 14}>${at + 1}</text>
  `;
}

function bar({ mode, relation, from, to }: Hold, lane: number, count: number): SVGTemplateResult {
  const y = lane * LANE;
  const last = Math.min(to, count - 1);
  return svg`
    <path class="row" d="M0 ${y + LANE - 0.5}H${count * STEP}" />
    <rect class="hold ${grades[blocks(mode)]}" x=${from * STEP + 2} y=${y + 4} width=${(last - from + 1) * STEP - 4} height=${LANE - 9} rx="4">
      <title>${described({ mode, relation, from, to })}</title>
    </rect>
  `;
}
