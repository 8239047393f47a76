// pgdry as an Edge Function; the module comes as a static file (config.toml).
// @ts-types="./bundle.d.ts"
import { createHandler, engine } from './bundle.js';
import migrations from './migrations.json' with { type: 'json' };

await engine.init(await Deno.readFile(new URL('./pgdry_bg.wasm', import.meta.url)));
// Supabase puts the function's name before every path.
Deno.serve(createHandler({ engine, env: { PGDRY_BASE_PATH: '/pgdry', ...Deno.env.toObject() }, migrations }));
