/** The validator, off the main thread so that typing never waits. */

import init, { Validator, version } from '../../../pkg/dist/pgdry.js';
import rulePages from 'page-data:rule-pages';
import { graphOf } from '../model/diagram';
import { difference } from '../model/schema-diff';
import type { Config, Page, Questions, Reply, Request, SchemaStep, Topic } from '../protocol';
import { deflate, inflate, unzip } from './archive';
import { inBatches, Told } from './findings';

let validator: Validator | undefined;
let pages: Record<string, Page> = {};
let revision = 0;
let edited = '';
let checkIsDue = false;
const told = new Told();

const reply = (message: Reply): void => postMessage(message);
const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

function create(config: Partial<Config>): Validator {
  try {
    const created = new Validator(config);
    reply({ kind: 'config', refused: '' });
    return created;
  } catch (error) {
    reply({ kind: 'config', refused: messageOf(error) });
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
  const milliseconds = performance.now() - began;
  const batches = inBatches(told.news(report, edited));
  for (const [at, files] of batches.entries()) {
    const isLast = at === batches.length - 1;
    reply({ kind: 'findings', revision, files, ...(isLast ? { last: { summary: report.summary, milliseconds } } : {}) });
  }
}

function take(request: Request): void {
  switch (request.kind) {
    case 'open':
      validator?.free();
      told.forget();
      validator = create(request.config);
      for (const [path, text] of request.files) validator.setFile(path, text);
      revision = request.revision;
      return checkSoon();
    case 'edit':
      for (const path of request.remove) validator?.removeFile(path);
      for (const [path, text] of request.set) validator?.setFile(path, text);
      edited = request.set[0]?.[0] ?? edited;
      revision = request.revision;
      return checkSoon();
    case 'ask':
      return respond(request.id, request.topic, request.ask);
  }
}

function schemaStep({ path, previous }: Questions['schemaStep']['ask'], current: Validator): SchemaStep {
  const before = previous === undefined ? { schemas: [], extensions: [], publications: [], roles: [] } : current.schemaAt(previous);
  return { before, after: current.schemaAt(path) };
}

type Answerer<T extends Topic> = (ask: Questions[T]['ask'], current: Validator) => Questions[T]['answer'];

const answers: { [T in Topic]: Answerer<T> } = {
  types: ({ target, dialect }, current) => current.types({ target, dialect }),
  explain: ({ rule }) => pages[rule] ?? [],
  rules: () => Object.keys(pages),
  schemaStep,
  timeline: ({ path, previous, known }, current) => {
    const { before, after } = schemaStep({ path, previous }, current);
    const graph = graphOf(after);
    const key = JSON.stringify(graph);
    return { changes: difference(before, after), key, graph: key === known ? undefined : graph };
  },
  locks: ({ path }, current) => current.locks().files.find(({ file }) => file === path)?.statements ?? [],
  statements: (_, current) =>
    current.locks().files.map(({ file, statements }) => [
      file,
      statements.map(({ start, end, applied }) => ({ from: start.utf16, to: end.utf16, line: start.line, applied })),
    ]),
  split: ({ sql }) => {
    const alone = new Validator({ base: 'postgres' });
    try {
      alone.setFile('split.sql', sql);
      return alone.locks().files.flatMap(({ statements }) => statements.map(({ start, end }) => sql.slice(start.utf16, end.utf16)));
    } finally {
      alone.free();
    }
  },
  deflate: ({ bytes }) => deflate(bytes),
  inflate: ({ bytes, limit }) => inflate(bytes, limit),
  unzip: ({ bytes }) => unzip(bytes),
};

function respond<T extends Topic>(id: number, topic: T, ask: Questions[T]['ask']): void {
  try {
    validator ??= new Validator();
    reply({ kind: 'answer', id, answer: answers[topic](ask, validator) });
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
  [pages] = await Promise.all([fetch(rulePages).then((response) => response.json() as Promise<Record<string, Page>>), init()]);
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
