// For Node and Deno: the module is read from beside this script.
import { readFile } from 'node:fs/promises';
import { initializer } from './load.js';

export { memory, reset, Validator, version } from './validator.js';
export const init = initializer(() => readFile(new URL('./dist/pgdry_bg.wasm', import.meta.url)), get);

/** A file by its URL or path, anything else from the network. */
function get(from) {
  const url = from instanceof URL ? from : URL.canParse(from) ? new URL(from) : undefined;
  return url === undefined || url.protocol === 'file:' ? readFile(url ?? from) : fetch(url);
}
