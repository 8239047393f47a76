export type * from './dist/types.js';
export { Validator, version } from './dist/types.js';

/**
 * Loads the WebAssembly module; everything else is synchronous and works once this is done. Further calls do nothing, calls at the same time share one
 * promise, and after a failure it may be called again. Throws an `Error` with the code `load`.
 *
 * @param source Where the module comes from, if not from this package: a `WebAssembly.Module`, its bytes, a `Response`, a URL, or a promise of one of these.
 */
export function init(source?: string | object): Promise<void>;

/**
 * Puts a fresh instance of the module in the place of the one in use, as the next `new Validator` does by itself after a trap, and gives that one's memory
 * back once its validators are freed. Validators that there are go on in the instance that they are in.
 */
export function reset(): void;

/** How many bytes of memory the instance in use has. It never gets less; see `reset`. */
export function memory(): number;
