import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import type { Check } from '../model/findings';
import { grouped, type Problem } from '../model/problems';
import type { Project } from '../model/project';
import { idle } from '../pace';
import type { Page, Questions, Topic } from '../protocol';
import { emit } from './events';
import { icons } from './icons';
import { PacedElement } from './paced-element';
import './problem-list';
import { sidePanelStyles } from './side-panel-styles';

export type Tab = 'problems' | 'types' | 'schema' | 'locks' | 'contract' | 'prove' | 'settings' | 'rule';

const titles: Record<Exclude<Tab, 'problems' | 'rule'>, string> = {
  types: 'Types',
  schema: 'Schema',
  locks: 'Locks',
  contract: 'Contract',
  prove: 'Prove',
  settings: 'Settings',
};

/** A view that is not seen at first is a script of its own. */
const views: Record<Exclude<Tab, 'problems'>, () => Promise<unknown>> = {
  types: () => import('./types-view'),
  schema: () => import('./schema-view'),
  locks: () => import('./locks-view'),
  contract: () => import('./contract-view'),
  prove: () => import('./prove-view'),
  settings: () => import('./settings-view'),
  rule: () => import('./rule-page'),
};

/** Fetches the views' scripts, which the build lists in the page, and starts the diagram's worker: nothing is left to fetch when they run. */
export async function fetchViews(): Promise<void> {
  const links = document.querySelector<HTMLTemplateElement>('#views')?.content;
  const fetched = [...(links?.children ?? [])].map((link) => new Promise((resolve) => ['load', 'error'].forEach((end) => link.addEventListener(end, resolve))));
  if (links) document.head.append(links);
  // The worker's script is there when it answers.
  const worker = import('../diagram/layout').then(({ layout }) => layout({ boxes: [], lines: [] }));
  await Promise.all([...fetched, worker]);
}

/** One after the other, while there is nothing else to do. */
export async function loadViews(): Promise<void> {
  for (const load of Object.values(views)) {
    await load();
    await idle();
  }
}

/** Asks the validator. */
export type Ask = <T extends Topic>(topic: T, ask: Questions[T]['ask']) => Promise<Questions[T]['answer']>;

/** What the migrations come to: one tab for each way to look at it. */
@customElement('side-panel')
export class SidePanel extends PacedElement {
  @property() tab: Tab = 'problems';
  @property({ attribute: false }) project!: Project;
  @property({ attribute: false }) check: Check | undefined;
  @property({ attribute: false }) problems: readonly Problem[] = [];
  /** The file in the editor. */
  @property() open = '';
  /** The rule whose page is open, if one is. */
  @property() rule = '';
  /** Why the configuration is not used. */
  @property() refused = '';
  @property({ type: Boolean }) wide = false;
  @property({ attribute: false }) ask!: Ask;

  @query('[role=tablist]') private tablist!: HTMLElement;

  /** The tab whose script did not load. */
  @state() private missing: Tab | undefined;

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('tab') && this.tab !== 'problems') void this.load(this.tab);
  }

  private async load(tab: Exclude<Tab, 'problems'>): Promise<void> {
    try {
      await views[tab]();
      if (this.missing === tab) this.missing = undefined;
    } catch {
      this.missing = tab;
    }
  }

  protected override render(): TemplateResult {
    const tabs: readonly Tab[] = ['problems', ...(Object.keys(titles) as Tab[]), ...(this.rule ? (['rule'] as const) : [])];
    return html`
      <div class="tabs">
        <div role="tablist" aria-label="Results" @keydown=${(event: KeyboardEvent) => this.onKey(event, tabs)}>
          ${tabs.map(
            (tab) => html`<button role="tab" id="tab-${tab}" aria-controls="panel" aria-selected=${tab === this.tab}
              tabindex=${tab === this.tab ? 0 : -1} @click=${() => emit(this, 'pick-tab', tab)}>${this.titleOf(tab)}</button>`,
          )}
        </div>
        ${this.tab === 'rule'
          ? html`<button class="tool" title="Close the rule" aria-label="Close the rule" @click=${() => emit(this, 'close-rule')}>${icons.close}</button>`
          : nothing}
        <button class="tool widen" title=${this.wide ? 'Smaller panel' : 'Larger panel'} aria-label=${this.wide ? 'Smaller panel' : 'Larger panel'}
          @click=${() => emit(this, 'widen-panel', !this.wide)}>${this.wide ? icons.narrow : icons.widen}</button>
      </div>
      <div id="panel" role="tabpanel" aria-labelledby="tab-${this.tab}">
        ${this.content()}
        <prove-view ?hidden=${this.tab !== 'prove'} .active=${this.tab === 'prove'} .check=${this.check} .project=${this.project} .ask=${this.ask}></prove-view>
      </div>
    `;
  }

  protected override updated(changed: PropertyValues<this>): void {
    // Not at first, when all that would have to be laid out for it.
    if (changed.get('tab')) this.tablist.querySelector('[aria-selected=true]')?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }

  private titleOf(tab: Tab): TemplateResult | string {
    switch (tab) {
      case 'problems': {
        const count = this.check?.findings.count ?? 0;
        return html`Problems${count > 0 ? html` <span class="count">${grouped(count)}</span>` : nothing}`;
      }
      case 'rule':
        return html`<span class="rule">${this.rule}</span>`;
      default:
        return titles[tab];
    }
  }

  private content(): TemplateResult | typeof nothing {
    const { project, check, open, ask, refused } = this;
    if (this.missing === this.tab) return html`<p class="empty">This part of the page did not load. Choose it again when there is a network.</p>`;
    switch (this.tab) {
      case 'problems':
        return html`<problem-list .check=${check} .problems=${this.problems} .open=${open}></problem-list>`;
      case 'types':
        return html`<types-view .check=${check} .generate=${this.types}></types-view>`;
      case 'schema':
        return html`<schema-view .check=${check} .project=${project} .open=${open} .ask=${ask}></schema-view>`;
      case 'locks':
        return html`<locks-view .check=${check} .project=${project} .open=${open} .ask=${ask}></locks-view>`;
      case 'contract':
        return html`<contract-view .check=${check} .config=${project.config} .refused=${refused}></contract-view>`;
      case 'prove':
        return nothing;
      case 'settings':
        return html`<settings-view .config=${project.config} .paths=${project.paths} .findings=${check?.findings} .refused=${refused}
          .listRules=${this.listRules}></settings-view>`;
      case 'rule':
        return html`<rule-page .explain=${this.explain} .rule=${this.rule}></rule-page>`;
    }
  }

  private readonly types = (wish: Questions['types']['ask']): Promise<string> => this.ask('types', wish);
  private readonly explain = (rule: string): Promise<Page> => this.ask('explain', { rule });
  private readonly listRules = (): Promise<string[]> => this.ask('rules', {});

  private onKey(event: KeyboardEvent, tabs: readonly Tab[]): void {
    const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    const next = tabs.at((tabs.indexOf(this.tab) + step) % tabs.length);
    if (step === 0 || next === undefined) return;
    emit(this, 'pick-tab', next);
    this.renderRoot.querySelector<HTMLElement>(`#tab-${next}`)?.focus();
    event.preventDefault();
  }

  static override styles = sidePanelStyles;
}
