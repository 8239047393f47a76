// Makes of wasm-bindgen's glue, which keeps one instance of the module for as long as the page or process lives, a function that makes one each time
// it is called: after a trap, and to give memory back, the package needs another instance. Writes beside FOLDER/pgdry.js and pgdry.d.ts:
//
//   instantiate.js   the glue as `instantiate(): { Validator, version, start(module) }`
//   types.d.ts       its types, without those that only a page has
//
//   node scripts/wasm/instantiate.mjs FOLDER
import * as fs from 'node:fs';
import * as path from 'node:path';

const folder = process.argv[2];
const read = (name) => fs.readFileSync(path.join(folder, name), 'utf8');

/** Replaces what must be there, once. */
function replace(text, from, to) {
  const parts = text.split(from);
  if (parts.length !== 2) throw new Error(`wasm-bindgen's glue has ${parts.length - 1} times instead of once: ${from}`);
  return parts.join(to);
}

let glue = read('pgdry.js').replace(/^\/\* @ts-self-types.*\*\/\n/, '');
// What fetches and compiles: pkg/load.js does that.
const loading = glue.indexOf('async function __wbg_load(');
if (loading < 0 || glue.indexOf('let __wbg_init_promise;') < loading) throw new Error("wasm-bindgen's glue has another order");
glue = glue.slice(0, loading);
glue = glue.replace(/^export (?=class |function )/gm, '');
if (/^(export|import) /m.test(glue)) throw new Error("wasm-bindgen's glue exports or imports more than was known");
// pkg/validator.js frees what nobody refers to any more, as in an instance that trapped nothing must run.
glue = replace(glue, "(typeof FinalizationRegistry === 'undefined')", 'true');
// What is no string would pass for an empty one.
glue = replace(
  glue,
  'function passStringToWasm0(arg, malloc, realloc) {\n',
  `function passStringToWasm0(arg, malloc, realloc) {
    if (typeof arg !== 'string') throw Object.assign(new TypeError(\`a string is expected, not \${arg === null ? 'null' : typeof arg}\`), { code: 'argument' });
`,
);
fs.writeFileSync(
  path.join(folder, 'instantiate.js'),
  `// Written by scripts/wasm/instantiate.mjs.
export function instantiate() {
${glue}
return {
  Validator,
  version,
  imports: __wbg_get_imports,
  start: (instance, module) => __wbg_finalize_init(instance, module),
};
}
`,
);

const types = read('pgdry.d.ts');
const end = types.indexOf('export type InitInput');
if (end < 0) throw new Error("wasm-bindgen's types have another order");
fs.writeFileSync(
  path.join(folder, 'types.d.ts'),
  `/// <reference lib="esnext.disposable" />\n${replace(types.slice(0, end), 'export function start(): void;\n\n', '')}`,
);
