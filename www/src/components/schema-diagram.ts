import { css, html, LitElement, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import { drawing, liveLook, type Mark } from '../diagram/drawing';
import { toPng, toSvg } from '../diagram/export';
import { download } from '../model/download';
import type { Graph, Layout, Point } from '../model/diagram';
import { icons } from './icons';
import { panelStyles } from './panel-styles';

interface View {
  /** What stands at the upper left corner, in the diagram's units, and how many pixels a unit has. */
  x: number;
  y: number;
  scale: number;
}

const MIN_SCALE = 0.04;
const MAX_SCALE = 3;
/** Smaller, a column's name cannot be read. */
const READABLE = 0.4;
/** A press that moves further is a drag. */
const STILL = 4;

/** Draws the graph: drag to pan, wheel or pinch to zoom, press a table to go to it (`show-table`). Only what is in sight is drawn. */
@customElement('schema-diagram')
export class SchemaDiagram extends LitElement {
  @property({ attribute: false }) graph!: Graph;
  @property({ attribute: false }) layout!: Layout;
  @property({ attribute: false }) marks: ReadonlyMap<string, Mark> = new Map();

  @state() private view: View = { x: 0, y: 0, scale: 1 };
  @state() private size = { width: 0, height: 0 };
  @query('svg') private canvas!: SVGSVGElement;
  private readonly pointers = new Map<number, Point>();
  private pressed: Point | undefined;
  private moved = false;
  /** Until the user pans or zooms, all of it is shown. */
  private untouched = true;

  private readonly observer = new ResizeObserver(([entry]) => {
    if (!entry) return;
    this.size = { width: entry.contentRect.width, height: entry.contentRect.height };
    if (this.untouched) this.fit();
  });

  protected override firstUpdated(): void {
    this.observer.observe(this.canvas);
    // Lit's listeners are passive where browsers make them so: the page must not scroll.
    this.canvas.addEventListener('wheel', (event) => this.onWheel(event), { passive: false });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.observer.disconnect();
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('layout') && this.untouched) this.fit();
  }

  protected override render(): TemplateResult {
    const { x, y, scale } = this.view;
    const [right, bottom] = [x + this.size.width / scale, y + this.size.height / scale];
    const boxes = this.graph.boxes.filter((box) => {
      const at = this.layout.at[box.id];
      return at && at.x < right && at.x + box.width > x && at.y < bottom && at.y + box.height > y;
    });
    const shown = { boxes, withColumns: scale >= READABLE, interactive: true };
    return html`
      <svg role="group" aria-label="Diagram of the schema: arrows pan, plus and minus zoom, 0 shows all of it" tabindex="0"
        @pointerdown=${this.onDown} @pointermove=${this.onMove} @pointerup=${this.onUp} @pointercancel=${this.onUp} @keydown=${this.onKey}>
        <g transform="scale(${scale}) translate(${-x} ${-y})">${drawing(this.graph, this.layout, this.marks, liveLook, shown)}</g>
      </svg>
      <div class="tools" role="toolbar" aria-label="Diagram">
        <button class="tool" title="Zoom in" aria-label="Zoom in" @click=${() => this.zoom(1.4)}>${icons.add}</button>
        <button class="tool" title="Zoom out" aria-label="Zoom out" @click=${() => this.zoom(1 / 1.4)}>${icons.minus}</button>
        <button class="button" title="Show all of it" @click=${this.fit}>Fit</button>
        <button class="button" title="Save as SVG" @click=${() => download('schema.svg', new Blob([this.file()], { type: 'image/svg+xml' }))}>${icons.download}SVG</button>
        <button class="button" title="Save as PNG" @click=${async () => download('schema.png', await toPng(this.file(), this.layout))}>${icons.download}PNG</button>
      </div>
    `;
  }

  private file(): string {
    return toSvg(this, this.graph, this.layout, this.marks);
  }

  private readonly fit = (): void => {
    const { width, height } = this.layout;
    if (this.size.width === 0) return;
    const scale = clamp(Math.min(this.size.width / width, this.size.height / height, 1));
    this.view = { scale, x: (width - this.size.width / scale) / 2, y: (height - this.size.height / scale) / 2 };
    this.untouched = true;
  };

  /** Zooms by a factor; the point `at`, in pixels, stays where it is. */
  private zoom(by: number, at: Point = { x: this.size.width / 2, y: this.size.height / 2 }): void {
    const { x, y, scale } = this.view;
    const next = clamp(scale * by);
    this.view = { scale: next, x: x + at.x / scale - at.x / next, y: y + at.y / scale - at.y / next };
    this.untouched = false;
  }

  private pan(dx: number, dy: number): void {
    const { x, y, scale } = this.view;
    this.view = { scale, x: x - dx / scale, y: y - dy / scale };
    this.untouched = false;
  }

  private onWheel(event: WheelEvent): void {
    event.preventDefault();
    this.zoom(Math.exp(-event.deltaY * (event.ctrlKey ? 0.01 : 0.0015)), { x: event.offsetX, y: event.offsetY });
  }

  private onDown(event: PointerEvent): void {
    this.pointers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    if (this.pointers.size > 1) return;
    this.pressed = { x: event.clientX, y: event.clientY };
    this.moved = false;
  }

  private onMove(event: PointerEvent): void {
    const before = this.pointers.get(event.pointerId);
    if (!before) return;
    const now = { x: event.clientX, y: event.clientY };
    if (this.pointers.size === 2) this.pinch(event.pointerId, before, now);
    else if (this.moved || (this.pressed && distance(this.pressed, now) > STILL)) {
      // Only a drag takes the pointer: a press belongs to the table under it.
      if (!this.moved) this.canvas.setPointerCapture(event.pointerId);
      this.moved = true;
      this.pan(now.x - before.x, now.y - before.y);
    } else return;
    this.pointers.set(event.pointerId, now);
  }

  private pinch(id: number, before: Point, now: Point): void {
    const other = [...this.pointers].find(([each]) => each !== id)?.[1];
    if (!other) return;
    this.moved = true;
    const box = this.canvas.getBoundingClientRect();
    this.zoom(distance(other, now) / Math.max(1, distance(other, before)), { x: (other.x + now.x) / 2 - box.x, y: (other.y + now.y) / 2 - box.y });
    this.pan((now.x - before.x) / 2, (now.y - before.y) / 2);
  }

  private onUp(event: PointerEvent): void {
    this.pointers.delete(event.pointerId);
    if (!this.moved && event.type === 'pointerup') this.pick(event);
  }

  private onKey(event: KeyboardEvent): void {
    if (event.key === 'Enter' || event.key === ' ') this.pick(event);
    else if (event.key === '+' || event.key === '=') this.zoom(1.4);
    else if (event.key === '-') this.zoom(1 / 1.4);
    else if (event.key === '0') this.fit();
    else if (event.key.startsWith('Arrow')) {
      const step = 60;
      this.pan(event.key === 'ArrowLeft' ? step : event.key === 'ArrowRight' ? -step : 0, event.key === 'ArrowUp' ? step : event.key === 'ArrowDown' ? -step : 0);
    } else return;
    event.preventDefault();
  }

  private pick(event: Event): void {
    const box = event.composedPath().find((each): each is SVGGElement => each instanceof SVGGElement && each.dataset['table'] !== undefined);
    if (box) this.dispatchEvent(new CustomEvent('show-table', { detail: box.dataset['table'] }));
  }

  static override styles = [
    panelStyles,
    css`
      :host {
        position: relative;
        overflow: hidden;
        background: var(--sunken);
      }
      svg {
        display: block;
      }
      :host > svg {
        flex: 1;
        min-height: 0;
        width: 100%;
        touch-action: none;
        cursor: grab;
        user-select: none;
      }
      :host > svg:focus-visible {
        outline-offset: -3px;
      }
      [data-table] {
        cursor: pointer;
      }
      .box:focus-visible {
        outline: 3px solid var(--focus);
      }
      .tools {
        position: absolute;
        right: 10px;
        bottom: 10px;
        display: flex;
        gap: 2px;
        padding: 3px;
        border: 1px solid var(--line);
        border-radius: 7px;
        background: var(--raised);
      }
      .tools .button {
        border: none;
        background: none;
        font-size: 12px;
        padding: 2px 7px;
      }
    `,
  ];
}

const clamp = (scale: number): number => Math.max(MIN_SCALE, Math.min(MAX_SCALE, scale));
const distance = (a: Point, b: Point): number => Math.hypot(a.x - b.x, a.y - b.y);
