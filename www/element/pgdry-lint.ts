/**
 * `<pgdry-lint rules="rls/*" base="supabase" editable>SQL…</pgdry-lint>`: SQL with what pgdry finds in it, on any page. One file, which is the script
 * of its worker too; beside it lies the validator's module.
 */

import type { Config } from '../../pkg/dist/pgdry.js';
import { edited, type Found, type Settings } from './example.ts';
import { serve, sharedValidator } from './validator.ts';
import { codeNodes, element, findingNode, styleSheet, verdict } from './view.ts';

export type { Found };

export interface CheckDetail {
  value: string;
  findings: readonly Found[];
}

const isWorker = typeof document === 'undefined';
// A worker has no elements to extend.
const Base = isWorker ? (Object as unknown as typeof HTMLElement) : HTMLElement;

/** Where this file is. Not spelt out in `new URL(…)`, where the bundler would look for an asset. */
const here = import.meta.url;

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** The text without the lines before and after it, and without the indentation that all its lines share. */
function dedented(text: string): string {
  const lines = text.replace(/^(?:[ \t]*\r?\n)+/, '').trimEnd().split(/\r?\n/);
  const indents = lines.filter((line) => line.trim()).map((line) => /^[ \t]*/.exec(line)![0].length);
  const shared = indents.length ? Math.min(...indents) : 0;
  return lines.map((line) => line.slice(shared)).join('\n');
}

function configOf(json: string): Partial<Config> {
  try {
    return JSON.parse(json) as Partial<Config>;
  } catch {
    throw new Error('config is not JSON');
  }
}

const watched = isWorker
  ? undefined
  : new IntersectionObserver(
      (entries) => {
        for (const { isIntersecting, target } of entries) if (isIntersecting && target instanceof PgdryLint) target.start();
      },
      { rootMargin: '300px' },
    );

export class PgdryLint extends Base {
  static readonly observedAttributes = ['rules', 'base', 'preset', 'history', 'config', 'editable', 'docs', 'label'];

  private text: string | undefined;
  private found: readonly Found[] = [];
  private isStarted = false;
  private isChecking = false;
  private isDue = false;
  private readonly code = element('code', {});
  private readonly pre = element('pre', { class: 'pgdry-code' }, this.code);
  private readonly area = element('textarea', { class: 'pgdry-code', rows: '1', spellcheck: 'false', autocomplete: 'off', autocapitalize: 'off', wrap: 'off' });
  private readonly stack = element('div', { class: 'stack' }, this.pre);
  private readonly scroller = element('div', { class: 'pgdry-scroll' }, this.stack);
  private readonly list = element('ul', { class: 'pgdry-findings' });
  private readonly status = element('p', { class: 'pgdry-verdict', role: 'status' });
  private readonly root = this.attachShadow({ mode: 'open' });

  constructor() {
    super();
    this.root.adoptedStyleSheets = [styleSheet()];
    // What stands in the page is shown until there is something to say of it.
    this.root.append(element('slot', {}));
    this.area.addEventListener('input', () => {
      this.text = this.area.value;
      this.changed();
    });
  }

  /** The SQL: at first the element's content. */
  get value(): string {
    return this.text ?? dedented((this.querySelector('pre') ?? this).textContent ?? '');
  }

  set value(text: string) {
    this.text = String(text);
    this.changed();
  }

  /** What the last check found, in order. */
  get findings(): readonly Found[] {
    return this.found;
  }

  get rules(): string {
    return this.getAttribute('rules') ?? '';
  }
  set rules(globs: string) {
    this.setAttribute('rules', globs);
  }

  get base(): string {
    return this.getAttribute('base') ?? 'supabase';
  }
  set base(name: string) {
    this.setAttribute('base', name);
  }

  get preset(): string {
    return this.getAttribute('preset') ?? '';
  }
  set preset(name: string) {
    this.setAttribute('preset', name);
  }

  get editable(): boolean {
    return this.hasAttribute('editable');
  }
  set editable(is: boolean) {
    this.toggleAttribute('editable', is);
  }

  connectedCallback(): void {
    if (this.querySelector('pre')) this.root.querySelector('slot')?.classList.add('whole');
    if (!this.isStarted) watched?.observe(this);
  }

  disconnectedCallback(): void {
    watched?.unobserve(this);
  }

  attributeChangedCallback(): void {
    this.changed();
  }

  /** Checks from now on; called when the element comes near what is seen. */
  start(): void {
    watched?.unobserve(this);
    if (this.isStarted) return;
    this.isStarted = true;
    this.text = this.value;
    this.check();
  }

  private changed(): void {
    if (!this.isStarted) return;
    if (this.stack.isConnected) this.showCode([]);
    this.check();
  }

  private settings(): Settings {
    const rules = this.rules.split(/[\s,]+/).filter(Boolean);
    const config = configOf(this.getAttribute('config') ?? '{}');
    const history = this.getAttribute('history');
    if (this.hasAttribute('base')) config.base = this.base;
    if (history) config.history = history as NonNullable<Config['history']>;
    // Rules that are named are on, whichever preset has them; of a family those that the preset has.
    const areNamed = rules.length > 0 && rules.every((rule) => !rule.endsWith('*'));
    const preset = this.preset || config.preset || (areNamed ? 'strict' : '');
    if (preset) config.preset = preset as Config['preset'];
    return { config, rules };
  }

  /** One check at a time; what is typed meanwhile is in the next. */
  private check(): void {
    this.isDue = true;
    if (!this.isChecking) void this.checkWhileDue();
  }

  private async checkWhileDue(): Promise<void> {
    this.isChecking = true;
    while (this.isDue) {
      this.isDue = false;
      const value = this.value;
      try {
        const ask = await sharedValidator();
        const found = await ask(value, this.settings());
        if (!this.isDue) this.show(value, found);
      } catch (error) {
        this.refuse(messageOf(error));
      }
    }
    this.isChecking = false;
  }

  private show(value: string, found: readonly Found[]): void {
    this.found = found;
    this.showCode(found);
    this.list.replaceChildren(
      ...found.map((each) =>
        findingNode(each, {
          page: (rule) => this.pageOf(rule),
          fix: this.editable ? ({ fixes }) => (this.value = edited(value, fixes[0]!.edits)) : undefined,
        }),
      ),
    );
    this.list.hidden = found.length === 0;
    this.say(verdict(found));
    this.dispatchEvent(new CustomEvent<CheckDetail>('pgdry-check', { detail: { value, findings: found }, bubbles: true, composed: true }));
  }

  private refuse(message: string): void {
    this.found = [];
    this.showCode([]);
    this.list.replaceChildren();
    this.list.hidden = true;
    this.say(`Not checked: ${message}`);
    this.dispatchEvent(new CustomEvent('pgdry-error', { detail: { message }, bubbles: true, composed: true }));
  }

  private say(text: string): void {
    // Said anew only when it is news.
    if (this.status.textContent !== text) this.status.textContent = text;
  }

  private showCode(found: readonly Found[]): void {
    const value = this.value;
    this.code.replaceChildren(...codeNodes(value, found));
    const label = this.getAttribute('label') ?? 'SQL';
    if (this.editable) {
      if (this.area.value !== value) this.area.value = value;
      this.area.setAttribute('aria-label', `${label}, editable`);
      this.pre.setAttribute('aria-hidden', 'true');
      for (const name of ['tabindex', 'role', 'aria-label']) this.scroller.removeAttribute(name);
      if (!this.area.isConnected) this.stack.append(this.area);
    } else {
      this.area.remove();
      this.pre.removeAttribute('aria-hidden');
      this.scroller.setAttribute('tabindex', '0');
      this.scroller.setAttribute('role', 'group');
      this.scroller.setAttribute('aria-label', label);
    }
    if (!this.scroller.isConnected) this.root.replaceChildren(this.scroller, this.list, this.status);
  }

  private pageOf(rule: string): string | undefined {
    const docs = this.getAttribute('docs');
    if (docs === 'none') return undefined;
    return `${docs ? new URL(docs, document.baseURI).href.replace(/\/?$/, '/') : new URL('../docs/rules/', here).href}${rule}.html`;
  }
}

if (isWorker) serve();
else if (!customElements.get('pgdry-lint')) customElements.define('pgdry-lint', PgdryLint);
