// node edge/bundle.mjs FOLDER: takes a project's migrations and its pgdry.toml into migrations.json, which the next deployment carries for /healthz.
import * as fs from 'node:fs';
import * as path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'smol-toml';

/** `{files, config}` of a folder of migrations, or of a project with supabase/migrations in it. */
export function migrationsIn(folder) {
  const nested = path.join(folder, 'supabase', 'migrations');
  const migrations = fs.existsSync(nested) ? nested : folder;
  const names = fs.readdirSync(migrations).filter((name) => name.endsWith('.sql')).sort();
  if (names.length === 0) throw new Error(`${migrations} has no .sql file`);
  const files = names.map((name) => ({ path: name, text: fs.readFileSync(path.join(migrations, name), 'utf8') }));
  const toml = path.join(folder, 'pgdry.toml');
  const config = fs.existsSync(toml) ? parse(fs.readFileSync(toml, 'utf8')) : {};
  return { files, config: { history: 'complete', ...config } };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [folder] = process.argv.slice(2);
  if (folder === undefined) {
    console.error('usage: node edge/bundle.mjs FOLDER');
    process.exit(2);
  }
  const migrations = migrationsIn(folder);
  fs.writeFileSync(new URL('migrations.json', import.meta.url), `${JSON.stringify(migrations, undefined, 1)}\n`);
  console.log(`migrations.json has ${migrations.files.length} migrations; build or deploy to carry them`);
}
