/** The validator, off the main thread so that typing never waits. */

import init, { Validator, version } from '../../../pkg/dist/pgdry.js';
import rulePages from '../../../pkg/dist/rule-pages.json?url';
import type { Config, Reply, Request } from '../protocol';

let validator: Validator | undefined;
let pages: Record<string, string> = {};
let revision = 0;
let checkIsDue = false;

const reply = (message: Reply): void => postMessage(message);
const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

function create(config: Partial<Config>): Validator {
  try {
    return new Validator(config);
  } catch (error) {
    reply({ kind: 'config-refused', message: messageOf(error) });
    return new Validator();
  }
}

/** Checks once all messages that have already arrived are taken in: fast typing costs one check, not one a key. */
function checkSoon(): void {
  if (checkIsDue) return;
  checkIsDue = true;
  setTimeout(() => {
    checkIsDue = false;
    try {
      checkNow();
    } catch (error) {
      reply({ kind: 'failure', message: messageOf(error) });
    }
  });
}

function checkNow(): void {
  if (!validator) return;
  const began = performance.now();
  const report = validator.check();
  reply({ kind: 'report', revision, report, milliseconds: performance.now() - began });
}

function take(request: Request): void {
  switch (request.kind) {
    case 'open':
      validator?.free();
      validator = create(request.config);
      for (const [path, text] of request.files) validator.setFile(path, text);
      revision = request.revision;
      return checkSoon();
    case 'edit':
      for (const path of request.remove) validator?.removeFile(path);
      for (const [path, text] of request.set) validator?.setFile(path, text);
      revision = request.revision;
      return checkSoon();
    case 'types':
      return answer(request.id, (current) => current.types({ dialect: request.dialect }));
    case 'explain':
      return answer(request.id, () => pages[request.rule] ?? '');
  }
}

function answer(id: number, ask: (validator: Validator) => string): void {
  try {
    reply({ kind: 'answer', id, text: validator ? ask(validator) : '' });
  } catch (error) {
    // A trap is the validator's death; an Error with a code is its answer.
    if (error instanceof WebAssembly.RuntimeError) throw error;
    reply({ kind: 'refusal', id, message: messageOf(error) });
  }
}

async function start(): Promise<void> {
  const waiting: Request[] = [];
  onmessage = (event: MessageEvent<Request>) => waiting.push(event.data);
  // Text, not script: loaded beside the module, so that nothing is asked for later.
  [pages] = await Promise.all([fetch(rulePages).then((response) => response.json() as Promise<Record<string, string>>), init()]);
  reply({ kind: 'ready', version: version() });
  onmessage = (event: MessageEvent<Request>) => {
    try {
      take(event.data);
    } catch (error) {
      reply({ kind: 'failure', message: messageOf(error) });
    }
  };
  waiting.forEach(take);
}

start().catch((error: unknown) => reply({ kind: 'failure', message: messageOf(error) }));
