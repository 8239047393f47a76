import '@lit-labs/virtualizer';
// Otherwise it is loaded with the first list, which may be when there is no network.
import '@lit-labs/virtualizer/layouts/flow.js';
import { css, html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { prose } from '../docs/prose';
import type { Check } from '../model/findings';
import { plural } from '../model/problems';
import { fileName, type Project } from '../model/project';
import type { Answer, Reply, Run } from '../prove/protocol';
import { pairs, type Comparison, type Pair, type Verdict } from '../prove/verdicts';
import type { FileStatements } from '../protocol';
import { emit } from './events';
import { panelStyles } from './panel-styles';
import type { Ask } from './side-panel';

const names: Record<Comparison, string> = {
  same: 'same',
  code: 'same, with another code',
  different: 'different',
  unjudged: 'not judged by pgdry',
  missing: 'extension that PGlite lacks',
  waiting: 'waiting',
};

/** A run as it goes: of a project as it was when the run began. */
interface Proof {
  project: Project;
  check: Check;
  files: readonly FileStatements[];
  answers: (Answer[] | undefined)[];
  version: string;
  missing: readonly string[];
  doing: string;
  milliseconds?: number;
}

/** The chain in a real PostgreSQL in the page, which is loaded only when asked for. */
@customElement('prove-view')
export class ProveView extends LitElement {
  @property({ attribute: false }) check: Check | undefined;
  @property({ attribute: false }) project!: Project;
  @property({ attribute: false }) ask!: Ask;
  /** Whether it is in sight: a run goes on meanwhile. */
  @property({ type: Boolean }) active = false;

  @state() private proof: Proof | undefined;
  @state() private failure = '';
  @state() private onlyDifferent = false;
  private worker: Worker | undefined;

  protected override shouldUpdate(): boolean {
    return this.active;
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('project') && this.proof && this.proof.project.id !== this.project.id) this.stop();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.stop();
  }

  private stop(): void {
    this.worker?.terminate();
    this.worker = undefined;
    this.proof = undefined;
  }

  private async start(): Promise<void> {
    const { project, check } = this;
    if (!check) return;
    this.stop();
    this.failure = '';
    this.proof = { project, check, files: [], answers: [], version: '', missing: [], doing: 'Reading the statements' };
    const files = await this.ask('statements', {});
    const base = project.config.base === 'postgres' ? [] : await this.ask('split', { sql: (await import('../../../src/catalog/base/supabase.sql?raw')).default });
    this.show({ files, answers: files.map(() => undefined) });
    this.worker = new Worker(new URL('../prove/worker.ts', import.meta.url), { type: 'module', name: 'pglite' });
    this.worker.onmessage = ({ data }: MessageEvent<Reply>) => this.take(data);
    this.worker.onerror = (event) => this.fail(event.message || 'PostgreSQL did not load');
    const run: Run = {
      base,
      files: files.map(([file, statements]) => statements.map(({ from, to }) => (project.files.get(file) ?? '').slice(from, to))),
    };
    this.worker.postMessage(run);
  }

  private show(changed: Partial<Proof>): void {
    if (this.proof) this.proof = { ...this.proof, ...changed };
  }

  private fail(message: string): void {
    this.stop();
    this.failure = message;
  }

  private take(reply: Reply): void {
    switch (reply.kind) {
      case 'doing':
        return this.show({ doing: reply.what });
      case 'started':
        return this.show({ version: reply.version, missing: reply.missing, doing: 'Running the migrations' });
      case 'answers':
        return this.show({ answers: this.proof?.answers.with(reply.file, reply.answers) ?? [] });
      case 'done':
        this.worker?.terminate();
        this.worker = undefined;
        return this.show({ doing: '', milliseconds: reply.milliseconds });
      case 'failure':
        return this.fail(reply.message);
    }
  }

  protected override render(): TemplateResult {
    const { proof } = this;
    return html`
      ${this.failure ? html`<p class="refusal" role="alert">PostgreSQL stopped: ${this.failure}</p>` : nothing} ${proof ? this.results(proof) : this.offer()}
    `;
  }

  private offer(): TemplateResult {
    return html`<div class="offer">
      <p>Runs these migrations, one statement after another, in a real PostgreSQL inside this page, and shows its verdict beside pgdry's.</p>
      <p>
        It loads <a href="https://pglite.dev" target="_blank" rel="noopener noreferrer">PGlite</a> from where this page comes from: about 7 MB compressed, which
        nothing asks for before you do. The SQL stays here.
      </p>
      <button class="button primary" ?disabled=${!this.check} @click=${this.start}>Prove it for real</button>
    </div>`;
  }

  private results(proof: Proof): TemplateResult {
    const all = pairs(proof.project, proof.check.findings, proof.files, proof.answers);
    const counts = new Map<Comparison, number>();
    for (const { comparison } of all) counts.set(comparison, (counts.get(comparison) ?? 0) + 1);
    const different = (counts.get('different') ?? 0) + (counts.get('code') ?? 0);
    const shown = this.onlyDifferent ? all.filter(({ comparison }) => comparison !== 'same' && comparison !== 'waiting') : all;
    const isStale = proof.project !== this.project;
    return html`
      <div class="bar">
        <span role="status" class="summary">
          ${proof.doing
            ? html`${proof.doing}… ${all.length > 0 ? `${all.length - (counts.get('waiting') ?? 0)} of ${plural(all.length, 'statement')}` : nothing}`
            : html`PostgreSQL ${proof.version}: ${plural(all.length, 'statement')} in ${((proof.milliseconds ?? 0) / 1000).toFixed(1)} s,
                <strong class=${different > 0 ? 'error' : 'good'}>${different === 0 ? 'no difference' : plural(different, 'difference')}</strong>`}
        </span>
        <span class="space"></span>
        <button class="button" aria-pressed=${this.onlyDifferent} @click=${() => (this.onlyDifferent = !this.onlyDifferent)}>Only differences</button>
        <button class="button" @click=${proof.doing ? this.stop : this.start}>${proof.doing ? 'Stop' : 'Run again'}</button>
      </div>
      ${isStale && !proof.doing ? html`<p class="note">The project has changed since.</p>` : nothing}
      ${proof.missing.length > 0
        ? html`<details class="note">
            <summary>${plural(proof.missing.length, 'statement')} of Supabase's base that PGlite does not know</summary>
            <ul>
              ${proof.missing.map((sql) => html`<li><code>${sql.split('\n')[0]}</code></li>`)}
            </ul>
          </details>`
        : nothing}
      ${counts.get('missing') ? html`<p class="note">${plural(counts.get('missing') ?? 0, 'statement')} of extensions that PGlite lacks: what builds on them differs.</p>` : nothing}
      ${shown.length === 0 && this.onlyDifferent
        ? html`<p class="empty">${proof.doing ? 'None so far.' : 'Every verdict is the same.'}</p>`
        : html`<lit-virtualizer class="scroll" scroller role="list" aria-label="Verdicts" .items=${shown} .renderItem=${this.row}></lit-virtualizer>`}
    `;
  }

  // The virtualizer can ask once more for a row that has just gone.
  private readonly row = (pair: Pair | undefined): TemplateResult => (pair ? this.pair(pair) : html``);

  private pair(pair: Pair): TemplateResult {
    return html`
      <div role="listitem" class="pair ${pair.comparison}">
        <button class="jump" title="Go to the statement" @click=${() => emit(this, 'show-place', { file: pair.file, from: pair.place.from, to: pair.place.to })}>
          <code>${pair.text}</code><span class="place">${fileName(pair.file)}:${pair.place.line}</span>
        </button>
        <div class="verdicts">
          ${verdict('pgdry', pair.ours)} ${pair.theirs ? verdict('PostgreSQL', pair.theirs) : nothing}
          <span class="comparison">${names[pair.comparison]}</span>
        </div>
      </div>
    `;
  }

  static override styles = [
    panelStyles,
    css`
      .offer {
        padding: 28px 24px;
        max-width: 56ch;
      }
      a {
        color: var(--accent);
      }
      .primary {
        min-height: 36px;
        margin-top: 8px;
        padding: 4px 16px;
        border-color: transparent;
        background: var(--accent);
        color: var(--on-accent);
        font-weight: 600;
      }
      .primary:hover {
        background: var(--accent);
        filter: brightness(1.1);
      }
      .primary:disabled {
        background: var(--sunken);
        color: var(--muted);
      }
      .good {
        color: var(--good);
      }
      .note {
        flex: none;
        margin: 0;
        padding: 6px 14px;
        border-bottom: 1px solid var(--line);
        color: var(--muted);
        font-size: 12px;
      }
      .note ul {
        max-height: 10em;
        overflow: auto;
        margin: 4px 0;
        padding-left: 18px;
      }
      .pair {
        width: 100%;
        padding: 5px 14px 6px 11px;
        border-bottom: 1px solid var(--line);
        border-left: 3px solid transparent;
        font-size: 12px;
      }
      .different {
        border-left-color: var(--error);
        background: var(--error-ground);
      }
      .code {
        border-left-color: var(--warning);
        background: var(--warning-ground);
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
        text-decoration: underline;
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
      .place {
        max-width: 40%;
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
        color: var(--muted);
      }
      .verdicts {
        display: grid;
        grid-template-columns: 1fr 1fr auto;
        gap: 4px 12px;
        overflow-wrap: anywhere;
      }
      .verdicts b {
        font-weight: 600;
      }
      .applied b {
        color: var(--good);
      }
      .refused b {
        color: var(--error);
      }
      .who,
      .comparison {
        color: var(--muted);
      }
    `,
  ];
}

function verdict(who: string, { kind, sqlstate, message }: Verdict): TemplateResult {
  return html`<div class=${kind}>
    <span class="who">${who}</span> <b>${kind}${sqlstate ? ` ${sqlstate}` : ''}</b> ${message ? html`<div>${prose(message)}</div>` : nothing}
  </div>`;
}
