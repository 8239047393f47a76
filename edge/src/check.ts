/** Validators that are kept warm from one request to the next, and what they say. */

import type { Config, Validator } from 'pgdry';
import type { Limits } from './limits.ts';
import { Problem } from './problem.ts';
import type { Given, SourceText } from './upload.ts';

/** What of the package is used. */
export type Engine = Pick<typeof import('pgdry'), 'Validator' | 'version' | 'memory' | 'reset'>;

/** A validator and the files that it has, in replay order. Its answers depend on these and on its configuration alone, whatever it had before. */
interface Warm {
  validator: Validator;
  files: readonly SourceText[];
  /** What was asked of exactly these files. */
  answers: Map<string, unknown>;
}

/** Asks a validator something; what it said of the same files before is said again. */
export type Ask = <T>(question: string, answer: (validator: Validator) => T) => T;

/** Different configurations that stay warm. */
const MAX_WARM = 4;
/** Different questions about the same files that are remembered. */
const MAX_ANSWERS = 8;
/** Bytes of SQL after which clock and memory are looked at. */
const STRETCH = 64 * 1024;

export class Checker {
  readonly #engine: Engine;
  readonly #limits: Limits;
  /** By configuration, the one used last at the end. */
  readonly #warm = new Map<string, Warm>();

  constructor(engine: Engine, limits: Limits) {
    this.#engine = engine;
    this.#limits = limits;
  }

  /** Has the migrations checked. Synchronous from start to end: no two requests are ever in one validator. */
  check<T>(given: Given, use: (ask: Ask) => T): T {
    const config: Partial<Config> = { now: hourAfter(new Date()), ...given.config };
    const key = JSON.stringify(config);
    try {
      return withoutPanicTexts(() => {
        const warm = this.#filled(key, config, given.files);
        return use((question, answer) => {
          if (warm.answers.has(question)) return warm.answers.get(question) as ReturnType<typeof answer>;
          if (warm.answers.size >= MAX_ANSWERS) warm.answers.clear();
          const said = answer(warm.validator);
          warm.answers.set(question, said);
          return said;
        });
      });
    } catch (error) {
      throw this.#problemOf(error, key);
    } finally {
      this.#giveMemoryBack();
    }
  }

  #filled(key: string, config: Partial<Config>, given: readonly SourceText[]): Warm {
    const files = [...given].sort((a, b) => compare(nameOf(a.path), nameOf(b.path)) || compare(a.path, b.path));
    const warm = this.#warm.get(key) ?? { validator: new this.#engine.Validator(config), files: [], answers: new Map() };
    this.#warm.delete(key);
    this.#warm.set(key, warm);
    for (const [oldest, { validator }] of this.#warm) {
      if (this.#warm.size <= MAX_WARM) break;
      this.#warm.delete(oldest);
      validator.free();
    }

    let same = 0;
    while (same < files.length && warm.files[same]?.path === files[same]?.path && warm.files[same]?.text === files[same]?.text) same++;
    if (same === files.length && same === warm.files.length) return warm;
    warm.answers.clear();
    for (const { path } of warm.files.slice(same)) warm.validator.removeFile(path);
    warm.files = files;

    const began = Date.now();
    let stretch = 0;
    for (const { path, text } of files.slice(same)) {
      warm.validator.setFile(path, text);
      stretch += text.length;
      if (stretch < STRETCH) continue;
      stretch = 0;
      // The cheapest question for which everything so far is replayed.
      warm.validator.typeWarnings({ schemas: [] });
      const memory = this.#engine.memory();
      if (Date.now() - began > this.#limits.workMs || memory > this.#limits.workBytes) {
        throw new Problem('too-much-work', `replaying the files up to ${nameOf(path)} took ${Date.now() - began} ms and ${memory} bytes`);
      }
    }
    return warm;
  }

  #problemOf(error: unknown, key: string): unknown {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    const message = error instanceof Error ? error.message : '';
    if (code === 'config') return new Problem('invalid-configuration', message);
    if (code === 'options') return new Problem('invalid-option', message);
    if (code === 'trap') {
      // Every validator of that instance is lost; the next one gets a new instance.
      this.#warm.clear();
      return new Problem('trap', 'the validator broke down on these migrations; other requests are not affected');
    }
    // What the validator has now may be half of what it was to have.
    this.#warm.get(key)?.validator.free();
    this.#warm.delete(key);
    return error;
  }

  /** Memory of an instance never gets less: a large project's is given back by a new instance. */
  #giveMemoryBack(): void {
    if (this.#engine.memory() <= this.#limits.keptBytes) return;
    for (const { validator } of this.#warm.values()) validator.free();
    this.#warm.clear();
    this.#engine.reset();
  }
}

const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** The end of this hour, for versions that are still to come: a validator that knew the second would be warm for no other request. */
export function hourAfter(time: Date): string {
  return time.toISOString().replace(/\D/g, '').slice(0, 10).concat('5959');
}

/** Runs with the panics' messages cut down to where they happened: the rest may have SQL in it, which belongs in no log. */
function withoutPanicTexts<T>(run: () => T): T {
  const { error } = console;
  console.error = (message: unknown) => error(`pgdry: ${/panicked at [\w./-]+:\d+:\d+/.exec(String(message))?.[0] ?? 'a message of the validator'}`);
  try {
    return run();
  } finally {
    console.error = error;
  }
}
