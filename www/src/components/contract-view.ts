import { css, html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { prose } from '../docs/prose';
import { readConfig, withKey, writeConfig } from '../model/config';
import type { Check } from '../model/findings';
import { plural } from '../model/problems';
import { fileName } from '../model/project';
import type { Config, Finding } from '../protocol';
import './code-view';
import { emit } from './events';
import { icons, severityIcon } from './icons';
import { panelStyles } from './panel-styles';

/** What the application needs of the schema: the contract as TOML, and where the migrations break it. */
@customElement('contract-view')
export class ContractView extends LitElement {
  @property({ attribute: false }) check: Check | undefined;
  @property({ attribute: false }) config: Partial<Config> = {};
  /** Why the validator does not use the configuration. */
  @property() refused = '';

  /** What is being typed: as long as it is a contract, the project's is the same. */
  @state() private draft = '';
  @state() private unreadable = '';
  private mine: Config['contract'] | undefined;

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has('config') || (this.config.contract === this.mine && this.mine !== undefined)) return;
    this.draft = this.config.contract ? writeConfig({ contract: this.config.contract }) : '';
    this.unreadable = '';
  }

  protected override render(): TemplateResult {
    const broken = [...(this.check?.findings.all() ?? [])].filter(({ rule }) => rule.startsWith('contract/'));
    const hasContract = this.config.contract !== undefined;
    return html`
      <div class="bar">
        <span role="status" class=${!hasContract ? '' : broken.length > 0 ? 'error' : 'good'}>
          ${!hasContract ? 'No contract: nothing is required of the schema.' : broken.length > 0 ? html`${plural(broken.length, 'requirement')} broken` : html`The schema keeps the contract.`}
        </span>
      </div>
      ${this.unreadable || this.refused ? html`<p class="refusal" role="alert">${this.unreadable || this.refused}</p>` : nothing}
      ${broken.length > 0
        ? html`<ul role="list">
            ${broken.slice(0, 200).map((finding) => this.finding(finding))}
          </ul>`
        : nothing}
      ${hasContract || this.draft
        ? nothing
        : html`<p class="start">
            <button class="button" @click=${() => this.edit(STARTER)}>${icons.add}Start one</button> It says which tables, columns, keys, policies and
            indexes must be there, and which must not.
          </p>`}
      <code-view label="Contract as TOML" language="toml" editable .text=${this.draft}
        @code-change=${(event: CustomEvent<string>) => this.edit(event.detail)}></code-view>
    `;
  }

  private finding(finding: Finding): TemplateResult {
    return html`<li>
      <button class="jump" @click=${() => emit(this, 'show-finding', finding)}>
        <span class=${finding.severity}>${severityIcon(finding.severity)}</span>
        <span>${prose(finding.message)}</span>
        <span class="place">${fileName(finding.file)}:${finding.start.line}</span>
      </button>
    </li>`;
  }

  private edit(text: string): void {
    this.draft = text;
    try {
      const { contract, ...rest } = readConfig(text);
      const [other] = Object.keys(rest);
      if (other !== undefined) throw new Error(`Only [contract] belongs here, not \`${other}\`.`);
      this.mine = contract;
      this.unreadable = '';
      emit(this, 'set-config', withKey(this.config, 'contract', contract));
    } catch (error) {
      this.unreadable = error instanceof Error ? error.message : String(error);
    }
  }

  static override styles = [
    panelStyles,
    css`
      .good {
        color: var(--good);
      }
      [role='status'] {
        font-weight: 600;
        font-size: 13px;
      }
      .start {
        flex: none;
        margin: 0;
        padding: 12px 14px;
        color: var(--muted);
      }
      ul {
        flex: 0 1 auto;
        max-height: 45%;
        overflow: auto;
        list-style: none;
        margin: 0;
        padding: 4px 10px;
        border-bottom: 1px solid var(--line);
      }
      .jump {
        all: unset;
        box-sizing: border-box;
        cursor: pointer;
        display: grid;
        grid-template-columns: auto 1fr auto;
        gap: 8px;
        width: 100%;
        padding: 4px;
        border-radius: 4px;
        overflow-wrap: anywhere;
      }
      .jump:hover {
        background: var(--hover);
      }
      .jump:focus-visible {
        outline: 2px solid var(--focus);
      }
      .place {
        max-width: 14em;
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
        color: var(--muted);
        font: 12px/1.7 var(--mono);
      }
      code {
        font: 0.92em/1 var(--mono);
      }
    `,
  ];
}

const STARTER = `[contract]
forbidden = []

# Every table that clients reach.
[contract.tables."public.*"]
rls = true
`;
