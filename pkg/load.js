// Gets the wasm module and compiles it.
import { failure, use } from './validator.js';

/**
 * An `init` for a platform: `own` gives the module that lies in this package, `get` what a URL stands for.
 */
export function initializer(own, get) {
  let running;
  return function init(source) {
    running ??= load(source ?? own(), get).catch((error) => {
      running = undefined;
      throw failure('load', `pgdry's WebAssembly module could not be loaded: ${error.message}`, error);
    });
    return running;
  };
}

async function load(source, get) {
  await use(await compiled(await source, get));
}

async function compiled(source, get) {
  if (source instanceof WebAssembly.Module) return source;
  if (typeof source === 'string' || source instanceof URL) return compiled(await get(source));
  if (typeof Response !== 'undefined' && source instanceof Response) {
    if (!source.ok) throw new Error(`${source.status} ${source.statusText} ${source.url}`);
    const streams = typeof WebAssembly.compileStreaming === 'function' && source.headers.get('content-type') === 'application/wasm';
    return streams ? WebAssembly.compileStreaming(source) : WebAssembly.compile(await source.arrayBuffer());
  }
  return WebAssembly.compile(source);
}
