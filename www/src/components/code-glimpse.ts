import { css, html, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property, query } from 'lit/decorators.js';
import { pieces } from '../../element/pieces';
import type { Finding } from '../protocol';
import { PacedElement } from './paced-element';

/** More lines than a screen has. */
const LINES = 100;
const LENGTH = 10_000;

/** What somebody did to the text before the editor was there. */
export interface Begun {
  readonly scrollTop: number;
  readonly hasFocus: boolean;
  /** Where in the window the text was clicked last. */
  readonly place: { readonly x: number; readonly y: number } | undefined;
  readonly typed: string;
}

/** The beginning of a file as the editor will show it. Its scripts come when somebody touches the page: until then there is this. */
@customElement('code-glimpse')
export class CodeGlimpse extends PacedElement {
  @property() text = '';
  @property() label = '';
  @property({ attribute: false }) findings: readonly Finding[] = [];

  @query('pre') private pre!: HTMLElement;
  private place: Begun['place'];
  private typed = '';

  get begun(): Begun {
    const { place, typed, pre } = this;
    return { place, typed, scrollTop: pre?.scrollTop ?? 0, hasFocus: this.shadowRoot?.activeElement === pre };
  }

  protected override render(): TemplateResult {
    return html`<pre tabindex="0" role="textbox" aria-multiline="true" aria-label=${this.label} @click=${this.onClick} @keydown=${this.onKey}></pre>`;
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (changed.has('text') || changed.has('findings')) this.pre.replaceChildren(...linesOf(this.text, this.findings));
  }

  private onClick({ clientX, clientY }: MouseEvent): void {
    this.place = { x: clientX, y: clientY };
  }

  private onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const text = event.key === 'Enter' ? '\n' : event.key;
    if ([...text].length !== 1) return;
    this.typed += text;
    event.preventDefault();
  }

  static override styles = css`
    :host {
      display: block;
      background: var(--ground);
      contain: strict;
    }
    pre {
      height: 100%;
      box-sizing: border-box;
      margin: 0;
      padding: 8px 0;
      outline: none;
      overflow: auto;
      font: 13px/1.55 var(--mono);
      counter-reset: line;
    }
    .line {
      position: relative;
      min-height: 1lh;
      padding: 0 2px 0 54px;
      white-space: break-spaces;
      overflow-wrap: anywhere;
      counter-increment: line;
    }
    .line::before {
      content: counter(line);
      position: absolute;
      left: 0;
      width: 40px;
      color: var(--muted);
      text-align: right;
    }
    .line:is(.error, .warning, .info)::after {
      content: '';
      position: absolute;
      left: 3px;
      top: calc(0.5lh - 4px);
      width: 8px;
      height: 8px;
      border-radius: 50%;
      background: var(--found);
    }
    /* The worst of a line's wins. */
    .info {
      --found: var(--info);
    }
    .warning {
      --found: var(--warning);
    }
    .error {
      --found: var(--error);
    }
    span:is(.error, .warning, .info) {
      text-decoration: underline wavy var(--found) 1px;
      text-decoration-skip-ink: none;
      text-underline-offset: 3px;
    }
    .keyword {
      color: var(--code-keyword);
    }
    .type {
      color: var(--code-type);
    }
    .string {
      color: var(--code-string);
    }
    .number {
      color: var(--code-number);
    }
    .comment {
      color: var(--code-comment);
      font-style: italic;
    }
  `;
}

function linesOf(whole: string, findings: readonly Finding[]): HTMLElement[] {
  const text = whole.slice(0, LENGTH).split('\n', LINES).join('\n');
  const found = findings
    .filter(({ start }) => start.utf16 < text.length)
    .map(({ severity, start, end }) => ({ severity, place: { start: start.utf16, end: end.utf16 } }));
  const lines = [lineOf()];
  for (const piece of pieces(text, found)) {
    for (const [at, part] of piece.text.split('\n').entries()) {
      if (at > 0) lines.push(lineOf());
      if (!part) continue;
      const line = lines.at(-1)!;
      const classes = [piece.kind, piece.severity].filter(Boolean);
      line.append(classes.length > 0 ? spanOf(part, classes) : part);
      if (piece.severity) line.classList.add(piece.severity);
    }
  }
  return lines;
}

function spanOf(text: string, classes: readonly string[]): HTMLElement {
  const span = document.createElement('span');
  span.className = classes.join(' ');
  span.textContent = text;
  return span;
}

function lineOf(): HTMLElement {
  const line = document.createElement('div');
  line.className = 'line';
  return line;
}
