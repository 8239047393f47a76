// The validator over whichever instance of the wasm module is in use.
import { instantiate } from './dist/instantiate.js';

/** What `init` compiled. */
let module;
/** The instance in use: `{ glue, memory, trap }`, `trap` being what it died of. */
let instance;

export function failure(code, message, cause) {
  return Object.assign(new Error(message, cause === undefined ? undefined : { cause }), { code });
}

/** Takes the compiled module into use. Asynchronous: a page's main thread may not instantiate a large module at once. */
export async function use(compiled) {
  const glue = instantiate();
  const made = await WebAssembly.instantiate(compiled, glue.imports());
  module = compiled;
  instance = started(glue, made);
}

/** Takes a fresh instance into use. Validators that there are keep theirs. */
export function reset() {
  if (module === undefined) throw failure('not-initialized', 'pgdry is not initialized: await init() first');
  const glue = instantiate();
  instance = started(glue, new WebAssembly.Instance(module, glue.imports()));
}

function started(glue, made) {
  glue.start(made, module);
  return { glue, memory: made.exports.memory, trap: undefined };
}

function current() {
  if (instance === undefined) throw failure('not-initialized', 'pgdry is not initialized: await init() first');
  if (instance.trap !== undefined) reset();
  return instance;
}

/** Bytes of memory that the instance in use has. */
export function memory() {
  return current().memory.buffer.byteLength;
}

export function version() {
  const used = current();
  return guarded(used, () => used.glue.version());
}

/** Stack overflows are a RangeError in V8 and JavaScriptCore, an InternalError in SpiderMonkey. */
const isTrap = (error) => error instanceof WebAssembly.RuntimeError || error instanceof RangeError || error?.name === 'InternalError';

/** Holds while code of the instance runs, and from then on if the stack does not even suffice for the `catch` that would say why it ended. */
const unfinished = new RangeError('the stack is exhausted');

/** Runs code of the instance; after a trap, which leaves its memory in any state, never again. */
function guarded(used, run) {
  if (used.trap !== undefined) throw trapped(used.trap);
  used.trap = unfinished;
  try {
    const result = run();
    used.trap = undefined;
    return result;
  } catch (error) {
    used.trap = isTrap(error) ? error : undefined;
    throw used.trap === undefined ? error : trapped(error);
  }
}

const trapped = (cause) => failure('trap', `pgdry's WebAssembly instance is lost: ${cause.message}`, cause);

function free({ used, inner }) {
  if (used.trap === undefined) inner.free();
}

/** For those that nobody freed. */
const abandoned = typeof FinalizationRegistry === 'undefined' ? undefined : new FinalizationRegistry(free);

/** Of each validator, its instance and what stands for it there. */
const parts = new WeakMap();

export class Validator {
  constructor(config) {
    const used = current();
    const part = { used, inner: guarded(used, () => new used.glue.Validator(config)) };
    parts.set(this, part);
    abandoned?.register(this, part, part);
  }

  free() {
    const part = parts.get(this);
    if (part === undefined) return;
    parts.delete(this);
    abandoned?.unregister(part);
    free(part);
  }
}

// Every other method as the module has it.
const { prototype } = instantiate().Validator;
for (const name of Object.getOwnPropertyNames(prototype)) {
  if (name === 'constructor' || name === 'free' || name.startsWith('__')) continue;
  const method = function (...given) {
    const part = parts.get(this);
    if (part === undefined) throw failure('freed', 'this validator was freed');
    return guarded(part.used, () => part.inner[name](...given));
  };
  Object.defineProperty(Validator.prototype, name, { value: Object.defineProperty(method, 'name', { value: name }), configurable: true, writable: true });
}
if (Symbol.dispose) Validator.prototype[Symbol.dispose] = Validator.prototype.free;
