// pgdry as an Edge Function, with the module in a script: for deployments that lose static files.
// @ts-types="./bundle.d.ts"
import { createHandler, engine } from './bundle.js';
import migrations from './migrations.json' with { type: 'json' };
// @ts-types="./wasm.d.ts"
import packed from './wasm.js';

const bytes = Uint8Array.from(atob(packed), (character) => character.charCodeAt(0));
const unpacked = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
await engine.init(await new Response(unpacked).arrayBuffer());
Deno.serve(createHandler({ engine, env: { PGDRY_BASE_PATH: '/pgdry-inlined', ...Deno.env.toObject() }, migrations }));
