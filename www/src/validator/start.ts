/** The validator's worker. It starts before the parts of the page are there: what it says meanwhile is kept for them. */

import moduleAddress from '../../../pkg/dist/pgdry_bg.wasm?url';
import type { Reply, SoFar, Start } from '../protocol';
import { newSlot, Slot } from './slot';

export const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module', name: 'pgdry' });

const memory = newSlot();
const slot = memory && new Slot(memory);

/** What is known of the edited file, where it need not come as a message. */
export const lookForSoFar = (): SoFar | undefined => slot?.take<SoFar>();

/** The browser loads and compiles the module in threads of its own, while the worker's begins. */
WebAssembly.compileStreaming(fetch(moduleAddress)).then(tellModule, () => tellModule(undefined));

function tellModule(module: WebAssembly.Module | undefined): void {
  worker.postMessage({ kind: 'start', module, slot: memory } satisfies Start);
}

const early: (() => void)[] = [];
let taker: { take(reply: Reply): void; fail(message: string): void } | undefined;

worker.onmessage = ({ data }: MessageEvent<Reply>) => (taker ? taker.take(data) : early.push(() => taker?.take(data)));
worker.onerror = ({ message }) => (taker ? taker.fail(message) : early.push(() => taker?.fail(message)));

/** Everything that the worker says, and that it died, goes here from now on. */
export function listen(to: NonNullable<typeof taker>): void {
  taker = to;
  for (const tell of early.splice(0)) tell();
}
