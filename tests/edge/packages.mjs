// What the handler's own dependencies make, to make bodies and tokens for it.
export { zipSync } from '../../edge/node_modules/fflate/esm/index.mjs';
export * as jose from '../../edge/node_modules/jose/dist/webapi/index.js';
export { packTar } from '../../edge/node_modules/modern-tar/dist/web/index.js';
