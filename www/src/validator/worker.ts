/** The validator, off the main thread so that typing never waits. */

import init, { lateRules, Validator, version } from '../../../pkg/dist/pgdry.js';
import rulePages from 'page-data:rule-pages';
import { graphOf } from '../model/diagram';
import { difference } from '../model/schema-diff';
import { namesOf, optionsAt, type Options } from '../model/completion';
import type { Config, Page, Questions, Reply, Request, Schema, SoFar, Start, Topic } from '../protocol';
import { deflate, inflate, unzip } from './archive';
import { inBatches, Told } from './findings';
import { Slot } from './slot';

let validator: Validator | undefined;
let slot: Slot | undefined;
let pages: Record<string, Page> | undefined;
let revision = 0;
let edited = '';
/** Whether the page waits for the edited file's findings. */
let soFarIsDue = false;
let workIsDue = false;
/** How long the check went on since it began, without what came in between. */
let milliseconds = 0;
let texts = new Map<string, string>();
let late: ReadonlySet<string> = new Set();
const told = new Told();
/** The schema before a file, until another one changes. */
let around: { path: string; before: Schema | undefined } | undefined;

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

/** Milliseconds of work before the worker looks whether something was typed. */
const SLICE = 2;

/** Milliseconds between two edits in a row, at most. */
const ROW = 1000;
/** While somebody types, the rest of the chain waits so many milliseconds for the next key: its check would take a processor from the page. */
const PAUSE = 150;
let editedAt = -ROW;
let isTyping = false;
let pause: ReturnType<typeof setTimeout> | undefined;

/** Wakes the worker after the messages that have arrived by then; a timer would wait four milliseconds each time. */
const wake = new MessageChannel();
wake.port1.onmessage = () => {
  workIsDue = false;
  try {
    work();
  } catch (error) {
    reply({ kind: 'failure', message: messageOf(error) });
  }
};

function workSoon(): void {
  if (workIsDue) return;
  workIsDue = true;
  wake.port2.postMessage(undefined);
}

/** A slice of the check. The edited file's findings are told as soon as there are some; the others when everything is done. */
function work(): void {
  if (!validator) return;
  const began = performance.now();
  let hasMore = true;
  while (hasMore && performance.now() < began + SLICE) {
    if (soFarIsDue && tellSoFar(validator) && isTyping) {
      milliseconds += performance.now() - began;
      pause = setTimeout(workSoon, PAUSE);
      return;
    }
    hasMore = validator.advance();
  }
  milliseconds += performance.now() - began;
  if (hasMore) workSoon();
  else tellChanges(validator);
}

function tellSoFar(current: Validator): boolean {
  const found = current.findingsSoFar(edited);
  if (!found) return false;
  soFarIsDue = false;
  const soFar: SoFar = { kind: 'so-far', revision, file: told.soFar(found, texts.get(edited) ?? '', (rule) => late.has(rule)) };
  reply(slot?.put(soFar) ? { kind: 'look' } : soFar);
  return true;
}

function tellChanges(current: Validator): void {
  const changes = current.changes();
  if (!changes) return;
  const batches = inBatches(told.news(changes.files, (file) => texts.get(file) ?? '', edited));
  for (const [at, files] of batches.entries()) {
    const isLast = at === batches.length - 1;
    reply({ kind: 'findings', revision, files, ...(isLast ? { last: { summary: changes.summary, milliseconds } } : {}) });
  }
}

function take(request: Request): void {
  switch (request.kind) {
    case 'open':
      validator?.free();
      told.forget();
      validator = create(request.config);
      for (const [path, text] of request.files) validator.setFile(path, text);
      texts = new Map(request.files);
      around = undefined;
      return begin(request.revision);
    case 'edit':
      for (const path of request.remove) {
        validator?.removeFile(path);
        texts.delete(path);
      }
      for (const [path, text] of request.set) {
        validator?.setFile(path, text);
        texts.set(path, text);
      }
      edited = request.set[0]?.[0] ?? edited;
      if (request.remove.length > 0 || request.set.some(([path]) => path !== around?.path)) around = undefined;
      soFarIsDue = request.set.length === 1;
      isTyping = performance.now() < editedAt + ROW;
      editedAt = performance.now();
      return begin(request.revision);
    case 'ask':
      return respond(request.id, request.topic, request.ask);
  }
}

function begin(next: number): void {
  revision = next;
  milliseconds = 0;
  clearTimeout(pause);
  workSoon();
}

const schemaBefore = (previous: string | undefined, current: Validator): Schema | undefined =>
  previous === undefined ? undefined : current.schemaAt(previous);

function completions({ path, previous, before, statement, supabase }: Questions['completions']['ask'], current: Validator): Options {
  if (around?.path !== path) around = { path, before: schemaBefore(previous, current) };
  return optionsAt(before, statement, namesOf(around.before, current.schemaOf(path), supabase));
}

const noSchema: Schema = { schemas: [], extensions: [], publications: [], roles: [] };

type Answerer<T extends Topic> = (ask: Questions[T]['ask'], current: Validator) => Questions[T]['answer'];

const answers: { [T in Topic]: Answerer<T> } = {
  types: ({ target, dialect }, current) => current.types({ target, dialect }),
  explain: ({ rule }) => pages?.[rule] ?? [],
  rules: () => Object.keys(pages ?? {}),
  completions,
  timeline: ({ path, previous, known }, current) => {
    const before = schemaBefore(previous, current) ?? noSchema;
    const after = current.schemaAt(path);
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

/** The rules' pages are much text: it is loaded when it is first asked for. */
async function loadPages(): Promise<void> {
  pages ??= (await (await fetch(rulePages)).json()) as Record<string, Page>;
}

function receive(request: Request): void {
  try {
    const needsPages = request.kind === 'ask' && (request.topic === 'explain' || request.topic === 'rules');
    if (!pages && needsPages) {
      loadPages().then(
        () => take(request),
        (error: unknown) => reply({ kind: 'refusal', id: request.id, message: messageOf(error) }),
      );
    } else {
      take(request);
    }
  } catch (error) {
    reply({ kind: 'failure', message: messageOf(error) });
  }
}

async function start(): Promise<void> {
  const waiting: Request[] = [];
  const { module, slot: memory } = await new Promise<Start>((resolve) => {
    onmessage = ({ data }: MessageEvent<Start | Request>) => (data.kind === 'start' ? resolve(data) : waiting.push(data));
  });
  slot = memory && new Slot(memory);
  await init(module && { module_or_path: module });
  late = new Set(lateRules());
  reply({ kind: 'ready', version: version() });
  onmessage = (event: MessageEvent<Request>) => receive(event.data);
  waiting.forEach(receive);
}

start().catch((error: unknown) => reply({ kind: 'failure', message: messageOf(error) }));
