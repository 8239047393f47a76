// Prints what the package reports of examples/broken. A process of its own: the test runner would load the package as CommonJS.
import { readdirSync, readFileSync } from 'node:fs';
import { parse } from 'smol-toml';
import { initSync, Validator } from '../../pkg/dist/pgdry.js';

const at = (path) => new URL(path, import.meta.url);
const folder = '../../examples/broken/';
const migrations = `${folder}supabase/migrations/`;

initSync({ module: readFileSync(at('../../pkg/dist/pgdry_bg.wasm')) });
const validator = new Validator(parse(readFileSync(at(`${folder}pgdry.toml`), 'utf8')));
for (const file of readdirSync(at(migrations))) validator.setFile(file, readFileSync(at(migrations + file), 'utf8'));
console.log(JSON.stringify(validator.check()));
