import { css, html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { Mark } from '../diagram/drawing';
import { layout } from '../diagram/layout';
import { placeOf, type Graph, type Layout } from '../model/diagram';
import type { Check } from '../model/findings';
import { plural } from '../model/problems';
import { fileName, type Project } from '../model/project';
import type { SchemaChange } from '../model/schema-diff';
import { emit } from './events';
import { icons } from './icons';
import { panelStyles } from './panel-styles';
import './schema-diagram';
import type { Ask } from './side-panel';

/** The schema after each migration: a slider through the chain, what the migration changed, and the tables as a diagram. */
@customElement('schema-view')
export class SchemaView extends LitElement {
  @property({ attribute: false }) check: Check | undefined;
  @property({ attribute: false }) project!: Project;
  @property({ attribute: false }) ask!: Ask;

  /** The migration after which the schema is shown; the last one without. */
  @state() private path: string | undefined;
  @state() private changes: readonly SchemaChange[] = [];
  @state() private drawn: { graph: Graph; layout: Layout } | undefined;
  @state() private marks: ReadonlyMap<string, Mark> = new Map();
  @state() private refusal = '';
  /** What `drawn` is of, as text. */
  private key = '';
  private asked = 0;
  private projectId = 0;

  protected override willUpdate(changed: PropertyValues): void {
    if (this.project.id !== this.projectId || (this.path !== undefined && !this.project.files.has(this.path))) this.path = undefined;
    this.projectId = this.project.id;
    if (changed.has('check') || changed.has('path')) void this.refresh();
  }

  private get at(): number {
    return this.path === undefined ? this.project.paths.length - 1 : this.project.paths.indexOf(this.path);
  }

  private async refresh(): Promise<void> {
    const path = this.project.paths[this.at];
    if (path === undefined) return;
    const asked = ++this.asked;
    try {
      const { changes, key, graph } = await this.ask('timeline', { path, previous: this.project.before(path), known: this.key });
      if (asked !== this.asked) return;
      this.changes = changes;
      this.marks = marksOf(changes);
      if (graph) {
        const found = await layout(graph);
        if (asked !== this.asked) return;
        this.drawn = { graph, layout: found };
        this.key = key;
      }
      this.refusal = '';
    } catch (error) {
      if (asked === this.asked) this.refusal = error instanceof Error ? error.message : String(error);
    }
  }

  protected override render(): TemplateResult {
    const { paths } = this.project;
    const path = paths[this.at];
    if (path === undefined) return html`<p class="empty">This project has no migration.</p>`;
    const { drawn } = this;
    return html`
      <div class="bar">
        <button class="tool" title="The migration before" aria-label="The migration before" ?disabled=${this.at === 0} @click=${() => this.go(this.at - 1)}>${icons.left}</button>
        <input type="range" min="0" max=${paths.length - 1} .value=${String(this.at)} aria-label="Migration" aria-valuetext=${fileName(path)}
          @input=${(event: Event) => this.go(Number((event.target as HTMLInputElement).value))} />
        <button class="tool" title="The next migration" aria-label="The next migration" ?disabled=${this.at === paths.length - 1} @click=${() => this.go(this.at + 1)}>${icons.right}</button>
        <span class="count">${this.at + 1} of ${paths.length}</span>
        <button class="file" title="Open it" @click=${() => emit(this, 'open-file', path)}>${fileName(path)}</button>
      </div>
      ${this.refusal ? html`<p class="refusal" role="alert">${this.refusal}</p>` : nothing}
      <details class="changes" open>
        <summary>${this.changes.length === 0 ? 'It changes nothing of the schema.' : `It changes ${plural(this.changes.length, 'object')}.`}</summary>
        <ul role="list" tabindex="0" aria-label="What the migration changes">
          ${this.changes.slice(0, 300).map((change) => this.change(change))}
        </ul>
      </details>
      ${!drawn
        ? html`<p class="empty">Drawing…</p>`
        : drawn.graph.boxes.length === 0
          ? html`<p class="empty">There is no table yet.</p>`
          : html`<schema-diagram .graph=${drawn.graph} .layout=${drawn.layout} .marks=${this.marks}
              @show-table=${(event: CustomEvent<string>) => this.show(event.detail)}></schema-diagram>`}
    `;
  }

  private change({ kind, what, name, details }: SchemaChange): TemplateResult {
    return html`<li class=${kind}>
      <span class="sign" aria-label=${kind}>${kind === 'added' ? '+' : kind === 'removed' ? '−' : '~'}</span>
      <span>${what}
        ${what === 'table' && kind !== 'removed'
          ? html`<button class="name" title="Go to where it is created" @click=${() => this.show(name)}>${name}</button>`
          : html`<code>${name}</code>`}
        ${details.map((detail) => html`<div class="detail">${detail}</div>`)}
      </span>
    </li>`;
  }

  private go(to: number): void {
    const last = this.project.paths.length - 1;
    const at = Math.max(0, Math.min(last, to));
    // The end stays the end when migrations come.
    this.path = at === last ? undefined : this.project.paths[at];
  }

  private show(id: string): void {
    const place = placeOf(this.project, id);
    if (place) emit(this, 'show-place', place);
  }

  static override styles = [
    panelStyles,
    css`
      .bar {
        flex-wrap: nowrap;
      }
      input {
        flex: 1 1 8em;
        min-width: 5em;
        accent-color: var(--accent);
      }
      .count {
        flex: none;
        color: var(--muted);
        font-variant-numeric: tabular-nums;
      }
      .file,
      .name {
        all: unset;
        cursor: pointer;
        color: var(--accent);
        font: 12px/1.6 var(--mono);
        border-radius: 2px;
      }
      .file {
        flex: 2 1 8em;
        min-width: 0;
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
      }
      .file:focus-visible,
      .name:focus-visible {
        outline: 2px solid var(--focus);
      }
      .changes {
        flex: none;
        border-bottom: 1px solid var(--line);
      }
      summary {
        cursor: pointer;
        padding: 6px 14px;
        font-size: 13px;
        color: var(--muted);
      }
      ul {
        max-height: 11em;
        overflow: auto;
        margin: 0;
        padding: 0 14px 8px;
        list-style: none;
        font-size: 12px;
      }
      li {
        display: flex;
        gap: 8px;
        overflow-wrap: anywhere;
      }
      .sign {
        flex: none;
        width: 1em;
        font: 600 12px/1.6 var(--mono);
        text-align: center;
      }
      .added .sign {
        color: var(--good);
      }
      .removed .sign {
        color: var(--error);
      }
      .changed .sign {
        color: var(--warning);
      }
      code,
      .detail {
        font: 12px/1.6 var(--mono);
      }
      .detail {
        color: var(--muted);
      }
      schema-diagram {
        flex: 1;
      }
    `,
  ];
}

function marksOf(changes: readonly SchemaChange[]): Map<string, Mark> {
  return new Map(changes.flatMap(({ kind, what, name }) => (what === 'table' && kind !== 'removed' ? [[name, kind] as const] : [])));
}
