/**
 * The validator behind all elements of a page: one module, loaded once, in one worker. The worker runs the same file as the page. Where the page's
 * policy allows no worker, the module runs in the page itself.
 */

import init, { Validator } from '../../pkg/dist/pgdry.js';
import { check, type Found, type Settings } from './example.ts';

export type Ask = (text: string, settings: Settings) => Promise<Found[]>;

interface Question {
  id: number;
  text: string;
  settings: Settings;
}

/** The first message says whether the module is there; then each answers a question. */
type Reply = { ready: true } | { failure: string } | { id: number; found: Found[] } | { id: number; refusal: string };

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const answer = ({ text, settings }: Pick<Question, 'text' | 'settings'>): Found[] =>
  check((config) => new Validator(config), text, settings);

/** What the worker does. */
export function serve(): void {
  const reply = (message: Reply): void => postMessage(message);
  const loaded = init();
  loaded.then(
    () => reply({ ready: true }),
    (error: unknown) => reply({ failure: messageOf(error) }),
  );
  onmessage = ({ data }: MessageEvent<Question>) => {
    void loaded.then(() => {
      try {
        reply({ id: data.id, found: answer(data) });
      } catch (error) {
        // A trap is the module's death; an Error is its answer.
        reply(error instanceof WebAssembly.RuntimeError ? { failure: messageOf(error) } : { id: data.id, refusal: messageOf(error) });
      }
    });
  };
}

function startWorker(): Worker {
  const script = import.meta.url;
  const options = { type: 'module', name: 'pgdry-lint' } as const;
  if (new URL(script).origin === location.origin) return new Worker(script, options);
  // A worker's script must be of the page's own origin, what it imports need not be.
  const blob = URL.createObjectURL(new Blob([`import ${JSON.stringify(script)};`], { type: 'text/javascript' }));
  return new Worker(blob, options);
}

function inWorker(): Promise<Ask> {
  return new Promise((resolve, reject) => {
    const worker = startWorker();
    const questions = new Map<number, { resolve(found: Found[]): void; reject(error: Error): void }>();
    let last = 0;
    const ask: Ask = (text, settings) =>
      new Promise((resolve, reject) => {
        const id = ++last;
        questions.set(id, { resolve, reject });
        worker.postMessage({ id, text, settings } satisfies Question);
      });
    const fail = (message: string): void => {
      worker.terminate();
      reject(new Error(message));
      for (const question of questions.values()) question.reject(new Error(message));
      questions.clear();
      // Whoever asks next gets a new one.
      validator = undefined;
    };
    // A policy that forbids the worker says so here, not where it is made.
    worker.onerror = (event) => fail(event.message || 'the worker did not start');
    worker.onmessage = ({ data }: MessageEvent<Reply>) => {
      if ('ready' in data) return resolve(ask);
      if ('failure' in data) return fail(data.failure);
      const question = questions.get(data.id);
      questions.delete(data.id);
      if ('found' in data) question?.resolve(data.found);
      else question?.reject(new Error(data.refusal));
    };
  });
}

async function inPage(): Promise<Ask> {
  await init();
  return async (text, settings) => answer({ text, settings });
}

let validator: Promise<Ask> | undefined;

/** The validator of this page. Rejects when its module cannot be loaded; the next call tries again. */
export function sharedValidator(): Promise<Ask> {
  if (!validator) {
    const loading = inWorker().catch(inPage);
    validator = loading;
    loading.then(
      () => (validator = loading),
      () => (validator = undefined),
    );
  }
  return validator;
}
