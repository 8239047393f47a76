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
  /** Its configuration. */
  key: string;
  files: readonly SourceText[];
  /** What was asked of exactly these files. */
  answers: Map<string, unknown>;
}

/** Asks a validator something; what it said of the same files before is said again. */
export type Ask = <T>(question: string, answer: (validator: Validator) => T) => T;

/** Validators that stay warm. */
const MAX_WARM = 8;
/** Different questions about the same files whose answers are remembered, and how long these may be. */
const MAX_ANSWERS = 4;
const MAX_REMEMBERED = 256 * 1024;
/** Bytes of SQL after which clock and memory are looked at. */
const STRETCH = 64 * 1024;

export class Checker {
  readonly #engine: Engine;
  readonly #limits: Limits;
  /** The one used last at the end. */
  #warm: Warm[] = [];

  constructor(engine: Engine, limits: Limits) {
    this.#engine = engine;
    this.#limits = limits;
  }

  /** Has the migrations checked. Synchronous from start to end: no two requests are ever in one validator. */
  check<T>(given: Given, use: (ask: Ask) => T): T {
    const config: Partial<Config> = { now: hourAfter(new Date()), ...given.config };
    const key = JSON.stringify(config);
    if (key.length > this.#limits.fileBytes) throw new Problem('file-too-large', `the configuration has more than ${this.#limits.fileBytes} characters`);
    const files = [...given.files].sort((a, b) => compare(nameOf(a.path), nameOf(b.path)) || compare(a.path, b.path));
    let warm: Warm | undefined;
    try {
      return withoutPanicTexts(() => {
        const used = (warm = this.#take(key, config, files));
        this.#fill(used, files);
        return use((question, answer) => {
          if (used.answers.has(question)) return used.answers.get(question) as ReturnType<typeof answer>;
          const said = answer(used.validator);
          if (typeof said === 'string' && said.length <= MAX_REMEMBERED) {
            if (used.answers.size >= MAX_ANSWERS) used.answers.clear();
            used.answers.set(question, said);
          }
          return said;
        });
      });
    } catch (error) {
      throw this.#problemOf(error, warm);
    } finally {
      this.#giveMemoryBack();
    }
  }

  /** The validator of this configuration that has most of these files; a new one where none has any and there is room. */
  #take(key: string, config: Partial<Config>, files: readonly SourceText[]): Warm {
    const able = this.#warm.filter((warm) => warm.key === key);
    let [best] = able;
    for (const warm of able) if (best && sameOf(warm.files, files) > sameOf(best.files, files)) best = warm;
    const full = this.#warm.length >= MAX_WARM;
    if (best === undefined || (sameOf(best.files, files) === 0 && !full)) {
      if (full) this.#warm.shift()?.validator.free();
      best = { validator: new this.#engine.Validator(config), key, files: [], answers: new Map() };
    }
    this.#warm = [...this.#warm.filter((warm) => warm !== best), best];
    return best;
  }

  /** Gives a validator these files and no others. */
  #fill(warm: Warm, files: readonly SourceText[]): void {
    const same = sameOf(warm.files, files);
    if (same === files.length && same === warm.files.length) return;
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
  }

  #problemOf(error: unknown, warm: Warm | undefined): unknown {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    const message = error instanceof Error ? error.message : '';
    if (code === 'config') return new Problem('invalid-configuration', message);
    if (code === 'options') return new Problem('invalid-option', message);
    if (code === 'trap') {
      // Every validator of that instance is lost; the next one gets a new instance.
      this.#warm = [];
      return new Problem('trap', 'the validator broke down on these migrations; other requests are not affected');
    }
    // What the validator has now may be half of what it was to have.
    warm?.validator.free();
    this.#warm = this.#warm.filter((each) => each !== warm);
    return error;
  }

  /** Memory of an instance never gets less: a large project's is given back by a new instance. */
  #giveMemoryBack(): void {
    if (this.#engine.memory() <= this.#limits.keptBytes) return;
    for (const { validator } of this.#warm) validator.free();
    this.#warm = [];
    this.#engine.reset();
  }
}

/** How many files two chains have in common from the first on. */
function sameOf(a: readonly SourceText[], b: readonly SourceText[]): number {
  let same = 0;
  while (same < a.length && same < b.length && a[same]?.path === b[same]?.path && a[same]?.text === b[same]?.text) same++;
  return same;
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
