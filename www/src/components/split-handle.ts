import { css, html, LitElement, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';

const STEP = 24;
const SMALLEST = 180;

/**
 * The line between the editor and the panel after it: drag it, or use the arrow keys. It sets `--panel-size` on `within`, along
 * whichever way the panel lies there.
 */
@customElement('split-handle')
export class SplitHandle extends LitElement {
  @property({ attribute: false }) panel: (() => HTMLElement) | undefined;
  @property({ attribute: false }) within: HTMLElement | undefined;

  protected override firstUpdated(): void {
    this.tabIndex = 0;
    this.role = 'separator';
    this.ariaLabel = 'Size of the panel in percent';
    this.ariaValueNow = '36';
    this.addEventListener('pointerdown', (event) => {
      this.setPointerCapture(event.pointerId);
      event.preventDefault();
    });
    this.addEventListener('pointermove', (event) => {
      if (!this.hasPointerCapture(event.pointerId)) return;
      const box = this.panelBox();
      this.resize(this.liesBeside ? box.right - event.clientX : box.bottom - event.clientY);
    });
    this.addEventListener('keydown', (event) => {
      const grows = event.key === 'ArrowLeft' || event.key === 'ArrowUp';
      const shrinks = event.key === 'ArrowRight' || event.key === 'ArrowDown';
      if (!grows && !shrinks) return;
      const box = this.panelBox();
      this.resize((this.liesBeside ? box.width : box.height) + (grows ? STEP : -STEP));
      event.preventDefault();
    });
  }

  /** Whether the panel stands beside the editor, not below it. */
  private get liesBeside(): boolean {
    return this.offsetHeight > this.offsetWidth;
  }

  private panelBox(): DOMRect {
    return this.panel?.().getBoundingClientRect() ?? new DOMRect();
  }

  private resize(size: number): void {
    if (!this.within) return;
    const room = this.liesBeside ? this.within.clientWidth : this.within.clientHeight;
    const kept = Math.round(Math.max(SMALLEST, Math.min(size, room * 0.7)));
    this.within.style.setProperty('--panel-size', `${kept}px`);
    this.ariaValueNow = String(Math.round((100 * kept) / room));
  }

  protected override render(): TemplateResult {
    return html`<slot></slot>`;
  }

  static override styles = css`
    :host {
      display: block;
      position: relative;
      z-index: 1;
      touch-action: none;
      background: var(--line);
      outline: none;
    }
    :host::after {
      content: '';
      position: absolute;
      inset: -3px;
    }
    :host(:hover),
    :host(:focus-visible) {
      background: var(--focus);
      box-shadow: 0 0 0 1px var(--focus);
    }
  `;
}
