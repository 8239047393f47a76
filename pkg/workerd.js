// For workerd (Cloudflare Workers): it compiles modules when a worker is deployed, and hands them over by import.
import module from './dist/pgdry_bg.wasm';
import { initializer } from './load.js';

export { memory, reset, Validator, version } from './validator.js';
export const init = initializer(() => module, (url) => fetch(url));
