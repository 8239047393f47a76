/** The page's side of the layout's worker. */

import type { Graph, Layout } from '../model/diagram';

type Answer = { id: number; layout: Layout } | { id: number; refusal: string };

// Started with the page, so that nothing is left to load later.
const worker = new Worker(new URL('./layout.worker.ts', import.meta.url), { type: 'module', name: 'layout' });
const waiting = new Map<number, { resolve(layout: Layout): void; reject(error: Error): void }>();
let last = 0;

worker.onmessage = ({ data }: MessageEvent<Answer>) => {
  const asked = waiting.get(data.id);
  waiting.delete(data.id);
  if ('layout' in data) asked?.resolve(data.layout);
  else asked?.reject(new Error(data.refusal));
};

export function layout(graph: Graph): Promise<Layout> {
  const id = ++last;
  return new Promise((resolve, reject) => {
    waiting.set(id, { resolve, reject });
    worker.postMessage({ id, graph });
  });
}
