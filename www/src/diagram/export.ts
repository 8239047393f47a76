/** The diagram as a file of its own. */

import { render, svg } from 'lit';
import type { Graph, Layout } from '../model/diagram';
import { colours, drawing, type Look, type Mark } from './drawing';

/** The theme's colours as they are now, for what does not know their names. */
function lookNow(within: HTMLElement): Look {
  const probe = document.createElement('span');
  within.append(probe);
  const look = Object.fromEntries(
    colours.map((name) => {
      probe.style.color = `var(--${name})`;
      return [name, getComputedStyle(probe).color];
    }),
  );
  probe.remove();
  return look as unknown as Look;
}

export function toSvg(within: HTMLElement, graph: Graph, layout: Layout, marks: ReadonlyMap<string, Mark>): string {
  const look = lookNow(within);
  const { width, height } = layout;
  const host = document.createElement('div');
  render(
    svg`<svg xmlns="http://www.w3.org/2000/svg" width=${width} height=${height} viewBox="0 0 ${width} ${height}">
      <rect width=${width} height=${height} fill=${look.ground} />
      ${drawing(graph, layout, marks, look, { boxes: graph.boxes, withColumns: true, interactive: false })}
    </svg>`,
    host,
  );
  // The outermost <svg> of an `svg` template is parsed within another one.
  const drawn = host.querySelector('svg')!;
  return new XMLSerializer().serializeToString(drawn).replace(/<!--.*?-->/g, '');
}

/** What canvases can be in every browser. */
const MOST_PIXELS = 8192;

export async function toPng(text: string, { width, height }: Layout): Promise<Blob> {
  const address = URL.createObjectURL(new Blob([text], { type: 'image/svg+xml' }));
  try {
    const image = new Image();
    image.src = address;
    await image.decode();
    const scale = Math.min(2, MOST_PIXELS / Math.max(width, height));
    const canvas = document.createElement('canvas');
    canvas.width = Math.round(width * scale);
    canvas.height = Math.round(height * scale);
    canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'));
    if (!blob) throw new Error('the browser draws no picture of this size');
    return blob;
  } finally {
    URL.revokeObjectURL(address);
  }
}
