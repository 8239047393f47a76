import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { Problem } from '../model/problems';
import type { Dialect, Report } from '../protocol';
import { emit } from './events';
import { icons } from './icons';
import './problem-list';
import './rule-page';
import { sharedStyles } from './shared-styles';
import './types-view';

export type Tab = 'problems' | 'types' | 'rule';

/** What the panel asks of the validator. */
export interface Answers {
  types(dialect: Dialect): Promise<string>;
  explain(rule: string): Promise<string>;
}

/** What the migrations come to: one tab for each way to look at it. */
@customElement('side-panel')
export class SidePanel extends LitElement {
  @property() tab: Tab = 'problems';
  @property({ attribute: false }) report: Report | undefined;
  @property({ attribute: false }) problems: readonly Problem[] = [];
  /** The file in the editor. */
  @property() open = '';
  /** The rule whose page is open, if one is. */
  @property() rule = '';
  @property({ attribute: false }) answers!: Answers;

  protected override render(): TemplateResult {
    const tabs: readonly Tab[] = this.rule ? ['problems', 'types', 'rule'] : ['problems', 'types'];
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
      </div>
      <div id="panel" role="tabpanel" aria-labelledby="tab-${this.tab}">${this.content()}</div>
    `;
  }

  private titleOf(tab: Tab): TemplateResult | string {
    switch (tab) {
      case 'problems': {
        const count = this.report?.findings.length ?? 0;
        return html`Problems${count > 0 ? html` <span class="count">${count.toLocaleString('en')}</span>` : nothing}`;
      }
      case 'types':
        return 'Types';
      case 'rule':
        return html`<span class="rule">${this.rule}</span>`;
    }
  }

  private content(): TemplateResult {
    switch (this.tab) {
      case 'problems':
        return html`<problem-list .summary=${this.report?.summary} .problems=${this.problems} .open=${this.open}></problem-list>`;
      case 'types':
        return html`<types-view .report=${this.report} .generate=${this.answers.types}></types-view>`;
      case 'rule':
        return html`<rule-page .explain=${this.answers.explain} .rule=${this.rule}></rule-page>`;
    }
  }

  private onKey(event: KeyboardEvent, tabs: readonly Tab[]): void {
    const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    const next = tabs.at((tabs.indexOf(this.tab) + step) % tabs.length);
    if (step === 0 || next === undefined) return;
    emit(this, 'pick-tab', next);
    this.renderRoot.querySelector<HTMLElement>(`#tab-${next}`)?.focus();
    event.preventDefault();
  }

  static override styles = [
    sharedStyles,
    css`
      :host {
        display: flex;
        flex-direction: column;
        min-width: 0;
        min-height: 0;
      }
      .tabs {
        flex: none;
        display: flex;
        align-items: center;
        padding-right: 6px;
        background: var(--raised);
        border-bottom: 1px solid var(--line);
      }
      [role='tablist'] {
        flex: 1;
        min-width: 0;
        display: flex;
        padding: 0 6px;
      }
      [role='tab'] {
        min-width: 0;
        height: 39px;
        padding: 2px 10px 0;
        border: none;
        border-bottom: 2px solid transparent;
        background: none;
        color: var(--muted);
        font-size: 13px;
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
      }
      [role='tab']:hover {
        color: var(--text);
      }
      [aria-selected='true'] {
        color: var(--text);
        font-weight: 600;
        border-bottom-color: var(--accent);
      }
      [role='tab']:focus-visible {
        outline-offset: -3px;
      }
      .count {
        margin-left: 3px;
        padding: 1px 6px;
        border-radius: 9px;
        background: var(--sunken);
        color: var(--text);
        font-size: 11px;
        font-weight: 600;
        font-variant-numeric: tabular-nums;
      }
      .rule {
        font: 12px/1.5 var(--mono);
      }
      #panel {
        flex: 1;
        min-height: 0;
        display: grid;
        grid-template: minmax(0, 1fr) / minmax(0, 1fr);
      }
    `,
  ];
}
