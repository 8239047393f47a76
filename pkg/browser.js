// For pages, workers and what bundlers make for them: the module is fetched from beside this script, where bundlers put it too.
import { initializer } from './load.js';

export { memory, reset, Validator, version } from './validator.js';
export const init = initializer(() => new URL('./dist/pgdry_bg.wasm', import.meta.url), (url) => fetch(url));
