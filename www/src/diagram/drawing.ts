/** The diagram as SVG: for the page with its colours' names, for a file with the colours themselves. */

import { nothing, svg, type SVGTemplateResult } from 'lit';
import { clipped, HEAD, ROW, type Box, type Graph, type Layout, type Point } from '../model/diagram';

/** The colours by the names that theme.css has for them. */
export const colours = ['ground', 'raised', 'line', 'control-line', 'text', 'muted', 'accent', 'good', 'warning', 'error', 'good-ground', 'warning-ground'] as const;
export type Look = Readonly<Record<(typeof colours)[number], string>>;

/** As the page draws: the colours follow the theme. */
export const liveLook = Object.fromEntries(colours.map((name) => [name, `var(--${name})`])) as unknown as Look;

export type Mark = 'added' | 'changed';

export interface Shown {
  boxes: readonly Box[];
  /** Far away, only titles are to be read. */
  withColumns: boolean;
  /** For files there is nothing to press. */
  interactive: boolean;
}

const MONO = "ui-monospace, Menlo, Consolas, monospace";

/** More boxes than this are one outline: nobody could read them, and each would cost what a readable one does. */
export const MANY = 250;

export function drawing(graph: Graph, layout: Layout, marks: ReadonlyMap<string, Mark>, look: Look, shown: Shown): SVGTemplateResult {
  if (shown.interactive && shown.boxes.length > MANY) return outline(graph, layout, marks, look);
  const inSight = new Set(shown.boxes.map(({ id }) => id));
  return svg`
    <g fill="none" stroke=${look['control-line']} stroke-width="1.2">
      ${graph.lines.map(({ label, from, to }, at) => {
        const points = layout.paths[at];
        return points && (inSight.has(from) || inSight.has(to)) ? svg`<path d=${curve(points)} marker-end="url(#arrow)"><title>${label}</title></path>` : nothing;
      })}
    </g>
    <defs>
      <marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">
        <path d="M0 0 8 4 0 8z" fill=${look['control-line']} />
      </marker>
    </defs>
    <g font-family=${MONO} font-size="11">${shown.boxes.map((box) => drawn(box, layout.at[box.id], marks.get(box.id), look, shown))}</g>
  `;
}

function outline({ boxes, lines }: Graph, { at, paths }: Layout, marks: ReadonlyMap<string, Mark>, look: Look): SVGTemplateResult {
  const rectangles = (some: readonly Box[]): string =>
    some.map(({ id, width, height }) => (at[id] ? `M${at[id].x} ${at[id].y}h${width}v${height}h${-width}z` : '')).join('');
  return svg`
    <path d=${lines.map((_, index) => curve(paths[index] ?? [])).join('')} fill="none" stroke=${look.line} stroke-width="2" />
    <path d=${rectangles(boxes)} fill=${look.raised} stroke=${look['control-line']} stroke-width="3" />
    <path d=${rectangles(boxes.filter(({ id }) => marks.has(id)))} fill=${look['good-ground']} stroke=${look.good} stroke-width="6" />
  `;
}

function drawn(box: Box, at: Point | undefined, mark: Mark | undefined, look: Look, { withColumns, interactive }: Shown): SVGTemplateResult | typeof nothing {
  if (!at) return nothing;
  const edge = mark === 'added' ? look.good : mark === 'changed' ? look.warning : look['control-line'];
  const head = mark === 'added' ? look['good-ground'] : mark === 'changed' ? look['warning-ground'] : look.raised;
  return svg`
    <g class="box" transform="translate(${at.x} ${at.y})" data-table=${box.external ? nothing : box.id} role=${interactive && !box.external ? 'button' : nothing}
      tabindex=${interactive && !box.external ? 0 : nothing} aria-label=${interactive && !box.external ? described(box, mark) : nothing}>
      <rect width=${box.width} height=${box.height} rx="5" fill=${withColumns ? look.ground : head} stroke=${edge} stroke-width=${mark ? 2 : 1} stroke-dasharray=${box.external ? '4 3' : nothing} />
      ${withColumns ? svg`<path d="M1 ${HEAD}V6a5 5 0 0 1 5-5H${box.width - 6}a5 5 0 0 1 5 5V${HEAD}z" fill=${head} />` : nothing}
      ${withColumns ? svg`<text x="10" y="18" font-weight="600" font-size="12" fill=${box.external ? look.muted : look.text}>${box.title}</text>` : farTitle(box, look)}
      ${box.external || !withColumns ? nothing : badge(box, look)}
      ${withColumns ? box.columns.map((column, row) => {
        const y = HEAD + row * ROW + 14;
        const key = column.primary ? 'PK' : column.foreign ? 'FK' : '';
        return svg`
          <text x="8" y=${y} font-size="9" font-weight="600" fill=${column.primary ? look.warning : look.accent}>${key}</text>
          <text x="28" y=${y} fill=${look.text} font-weight=${column.notNull ? '500' : '400'}>${clipped(column.name)}</text>
          <text x=${box.width - 8} y=${y} fill=${look.muted} text-anchor="end">${clipped(column.type)}${column.notNull ? '' : '?'}</text>`;
      }) : nothing}
      ${withColumns && box.more > 0 ? svg`<text x="28" y=${HEAD + box.columns.length * ROW + 14} fill=${look.muted}>and ${box.more} more</text>` : nothing}
    </g>
  `;
}

/** From far away a table is its name, as large as its box has room for. */
function farTitle({ title, width, height, external, rls }: Box, look: Look): SVGTemplateResult {
  const size = Math.min(52, (width - 16) / (title.length * 0.62), height * 0.7);
  const colour = external ? look.muted : rls ? look.text : look.error;
  return svg`<text x=${width / 2} y=${height / 2} text-anchor="middle" dominant-baseline="central" font-weight="600" font-size=${size} fill=${colour}>${title}</text>`;
}

/** Whether row level security is on, and how many policies there are. */
function badge({ rls, policies, width }: Box, look: Look): SVGTemplateResult {
  const text = rls ? `RLS ${policies}` : 'no RLS';
  return svg`<text x=${width - 8} y="18" text-anchor="end" font-size="10" font-weight="600" fill=${!rls ? look.error : policies > 0 ? look.good : look.warning}>${text}</text>`;
}

function described({ id, columns, more, rls, policies }: Box, mark: Mark | undefined): string {
  const security = rls ? `row level security on, ${policies} policies` : 'row level security off';
  return `Table ${id}, ${columns.length + more} columns, ${security}${mark ? `, ${mark} by this migration` : ''}`;
}

/** Through the points, round at the corners. */
function curve(points: readonly Point[]): string {
  const [first, ...rest] = points;
  if (!first) return '';
  const last = rest.at(-1) ?? first;
  const middles = rest.slice(0, -1).map((point, at) => {
    const next = rest[at + 1] ?? point;
    return `Q${point.x} ${point.y} ${(point.x + next.x) / 2} ${(point.y + next.y) / 2}`;
  });
  return `M${first.x} ${first.y}${middles.join('')}L${last.x} ${last.y}`;
}
