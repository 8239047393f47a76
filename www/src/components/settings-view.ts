import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import { levelOf, levels, readConfig, withKey, withLevel, writeConfig, type Level } from '../model/config';
import { download } from '../model/download';
import type { Findings } from '../model/findings';
import { parts } from '../model/names';
import { fileName } from '../model/project';
import type { Config } from '../protocol';
import { emit } from './events';
import { icons } from './icons';
import { panelStyles } from './panel-styles';

type Choice<K extends keyof Config> = { key: K; title: string; fallback: string; options: readonly (readonly [value: Config[K] & (string | number), name: string])[] };

const choice = <K extends keyof Config>(key: K, title: string, fallback: string, options: Choice<K>['options']): Choice<K> => ({ key, title, fallback, options });

/** Every choice's first option is what holds without it. */
const choices = [
  choice('preset', 'Preset', 'recommended', [['ci', 'ci: errors only'], ['recommended', 'recommended'], ['supabase', "supabase: its linter's"], ['strict', 'strict: every rule']]),
  choice('base', 'Base', 'supabase', [['supabase', 'Supabase'], ['postgres', 'plain PostgreSQL']]),
  choice('postgres', 'PostgreSQL', '17', [[15, '15'], [16, '16'], [17, '17'], [18, '18']]),
  choice('history', 'History', 'complete', [['complete', 'complete: these files create everything'], ['partial', 'partial: other objects exist']]),
  choice('runner', 'Runner', 'supabase', [['supabase', 'Supabase: a file is a transaction'], ['psql', 'psql: a statement is']]),
] as const;

/** pgdry.toml as controls. */
@customElement('settings-view')
export class SettingsView extends LitElement {
  @property({ attribute: false }) config: Partial<Config> = {};
  @property({ attribute: false }) paths: readonly string[] = [];
  @property({ attribute: false }) findings: Findings | undefined;
  /** Why the validator does not use the configuration. */
  @property() refused = '';
  @property({ attribute: false }) listRules: (() => Promise<string[]>) | undefined;

  @state() private rules: readonly string[] = [];
  @state() private text = '';
  @state() private unreadable = '';
  @query('#toml') private file!: HTMLInputElement;

  protected override async firstUpdated(): Promise<void> {
    this.rules = (await this.listRules?.()) ?? [];
  }

  protected override render(): TemplateResult {
    return html`
      <div class="bar">
        <button class="button" @click=${() => this.file.click()}>${icons.file}Import pgdry.toml</button>
        <button class="button" @click=${() => download('pgdry.toml', writeConfig(this.config))}>${icons.download}Export pgdry.toml</button>
        <span class="space"></span>
        <button class="button" ?disabled=${Object.keys(this.config).length === 0} @click=${() => this.change({})}>Defaults</button>
        <input id="toml" type="file" accept=".toml" hidden @change=${this.import} />
      </div>
      ${this.refused || this.unreadable ? html`<p class="refusal" role="alert">pgdry.toml is not used: ${this.unreadable || this.refused}</p>` : nothing}
      <div class="scroll">
        <section>
          ${choices.map((each) => this.choice(each as unknown as Choice<keyof Config>))} ${this.appliedUntil()}
        </section>
        <section>
          <h2>Rules</h2>
          <label>
            <span>Every rule</span>
            ${this.level('*', 'Every rule')}
          </label>
          <input type="search" placeholder="Filter rules" aria-label="Filter rules" .value=${this.text}
            @input=${(event: Event) => (this.text = (event.target as HTMLInputElement).value.trim().toLowerCase())} />
          ${this.families()}
        </section>
      </div>
    `;
  }

  private choice({ key, title, fallback, options }: Choice<keyof Config>): TemplateResult {
    const value = this.config[key];
    const shown = value === undefined ? fallback : String(value);
    const isOther = !options.some(([each]) => String(each) === shown);
    return html`<label>
      <span>${title}</span>
      <select aria-label=${title} @change=${(event: Event) => this.pick(key, options, (event.target as HTMLSelectElement).value, fallback)}>
        ${isOther ? html`<option selected disabled value="">${shown}</option>` : nothing}
        ${options.map(([each, name]) => html`<option value=${String(each)} ?selected=${String(each) === shown}>${name}</option>`)}
      </select>
    </label>`;
  }

  private pick<K extends keyof Config>(key: K, options: Choice<K>['options'], picked: string, fallback: string): void {
    const value = options.find(([each]) => String(each) === picked)?.[0];
    this.change(withKey(this.config, key, picked === fallback ? undefined : value));
  }

  private appliedUntil(): TemplateResult {
    const now = this.config.applied_until ?? '';
    const versions = this.paths.map((path) => parts(fileName(path))[0]).filter(Boolean);
    if (now && !versions.includes(now)) versions.push(now);
    return html`<label>
      <span>Live until</span>
      <select aria-label="Live until" @change=${(event: Event) => this.change(withKey(this.config, 'applied_until', (event.target as HTMLSelectElement).value || undefined))}>
        <option value="" ?selected=${now === ''}>nothing is applied yet</option>
        ${versions.map((version) => html`<option value=${version} ?selected=${version === now}>${version}</option>`)}
      </select>
    </label>`;
  }

  private families(): TemplateResult[] {
    const counts = new Map<string, number>();
    for (const { rule } of this.findings?.all() ?? []) counts.set(rule, (counts.get(rule) ?? 0) + 1);
    const shown = this.rules.filter((rule) => rule.includes(this.text));
    return [...Map.groupBy(shown, (rule) => rule.slice(0, rule.indexOf('/')))].map(([family, rules]) => {
      const changed = rules.filter((rule) => levelOf(this.config, rule) !== undefined).length;
      return html`<details ?open=${this.text !== ''}>
        <summary>${family}<span class="note">${rules.length} rules${changed > 0 ? `, ${changed} changed` : ''}</span></summary>
        <label><span>All of ${family}</span>${this.level(`${family}/*`, `All of ${family}`)}</label>
        ${rules.map((rule) => {
          const found = counts.get(rule);
          return html`<div class="rule-row">
            <button class="rule" title="Read about this rule" @click=${() => emit(this, 'explain-rule', rule)}>${rule.slice(family.length + 1)}</button>
            ${found ? html`<span class="note">${found} found</span>` : nothing} ${this.level(rule, rule)}
          </div>`;
        })}
      </details>`;
    });
  }

  private level(name: string, title: string): TemplateResult {
    const now = levelOf(this.config, name);
    return html`<select class="level" aria-label="Severity: ${title}"
      @change=${(event: Event) => this.change(withLevel(this.config, name, ((event.target as HTMLSelectElement).value || undefined) as Level | undefined))}>
      <option value="" ?selected=${now === undefined}>as preset</option>
      ${levels.map((level) => html`<option value=${level} ?selected=${now === level}>${level}</option>`)}
    </select>`;
  }

  private async import(event: Event): Promise<void> {
    const input = event.target as HTMLInputElement;
    const [file] = input.files ?? [];
    if (!file) return;
    try {
      const config = readConfig(await file.text());
      this.unreadable = '';
      this.change(config);
    } catch (error) {
      this.unreadable = error instanceof Error ? error.message : String(error);
    }
    input.value = '';
  }

  private change(config: Partial<Config>): void {
    this.unreadable = '';
    emit(this, 'set-config', config);
  }

  static override styles = [
    panelStyles,
    css`
      section {
        padding: 12px 14px;
        border-bottom: 1px solid var(--line);
        display: grid;
        gap: 8px;
      }
      h2 {
        margin: 0;
        font-size: 12px;
        font-weight: 600;
        color: var(--muted);
      }
      label,
      .rule-row {
        display: flex;
        align-items: center;
        gap: 10px;
        font-size: 13px;
      }
      label > span,
      .rule {
        flex: 1;
        min-width: 0;
      }
      select {
        min-height: 28px;
        max-width: 65%;
        padding: 2px 6px;
      }
      .level {
        width: 9em;
      }
      input[type='search'] {
        min-height: 30px;
        padding: 2px 9px;
      }
      details {
        border: 1px solid var(--line);
        border-radius: 6px;
        padding: 0 10px;
      }
      details[open] {
        padding-bottom: 8px;
      }
      details > :not(summary) {
        margin-top: 4px;
      }
      summary {
        cursor: pointer;
        padding: 6px 0;
        font: 500 13px/1.5 var(--mono);
      }
      .note {
        color: var(--muted);
        font: 12px/1.5 var(--sans);
        margin-left: 8px;
      }
      .rule {
        all: unset;
        cursor: pointer;
        flex: 1;
        color: var(--accent);
        font: 12px/1.6 var(--mono);
        border-radius: 2px;
        overflow-wrap: anywhere;
      }
      .rule:focus-visible {
        outline: 2px solid var(--focus);
      }
      @media (max-width: 760px) {
        select {
          min-height: 36px;
        }
      }
    `,
  ];
}
