/** Finds a place for every box. In a worker of its own: the layout of a large schema takes a while, in which the page and the validator go on. */

import dagre from '@dagrejs/dagre';
import type { Graph, Layout, Point } from '../model/diagram';

const GAP = 28;
const MARGIN = 16;
/** As wide as rows of boxes without relations get when nothing else says. */
const WIDTH = 1100;

function layoutOf({ boxes, lines }: Graph): Layout {
  const related = new Set(lines.flatMap(({ from, to }) => [from, to]));
  const graph = new dagre.graphlib.Graph({ multigraph: true });
  graph.setGraph({ rankdir: 'LR', nodesep: GAP, ranksep: 64, marginx: MARGIN, marginy: MARGIN });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const { id, width, height } of boxes) if (related.has(id)) graph.setNode(id, { width, height });
  for (const [at, { from, to }] of lines.entries()) graph.setEdge(from, to, {}, String(at));
  if (related.size > 0) dagre.layout(graph);
  const at: Record<string, Point> = {};
  let width = 0;
  let height = MARGIN;
  for (const box of boxes) {
    if (!related.has(box.id)) continue;
    const { x, y } = graph.node(box.id) as Point;
    at[box.id] = { x: x - box.width / 2, y: y - box.height / 2 };
    width = Math.max(width, x + box.width / 2 + MARGIN);
    height = Math.max(height, y + box.height / 2 + GAP);
  }
  // The rest in rows below.
  let [x, row] = [MARGIN, 0];
  const room = Math.max(width, WIDTH);
  for (const box of boxes) {
    if (related.has(box.id)) continue;
    if (x > MARGIN && x + box.width > room) {
      height += row + GAP;
      [x, row] = [MARGIN, 0];
    }
    at[box.id] = { x, y: height };
    x += box.width + GAP;
    row = Math.max(row, box.height);
    width = Math.max(width, x);
  }
  const paths = lines.map(({ from, to }, index) => (graph.edge({ v: from, w: to, name: String(index) }) as { points: Point[] }).points);
  return { at, paths, width, height: height + row + MARGIN };
}

onmessage = ({ data: { id, graph } }: MessageEvent<{ id: number; graph: Graph }>) => {
  try {
    postMessage({ id, layout: layoutOf(graph) });
  } catch (error) {
    postMessage({ id, refusal: error instanceof Error ? error.message : String(error) });
  }
};
