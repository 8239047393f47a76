// Writes facts/packaged.tsv: extensions of a Supabase server that npm's server lacks but whose SQL Debian packages.
//   node scripts/base/packaged.mjs        needs apt-get and dpkg-deb, and Debian 12 as its source of packages
// Their libraries do not fit this server, so every function in C becomes an internal one that nothing calls: the catalog is the same.

import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startCluster } from './cluster.mjs';
import { available, describe, firstLine, TARGET } from './extensions.mjs';
import { header, table } from './format.mjs';

const PACKAGES = ['postgresql-15-postgis-3-scripts', 'postgresql-15-pgrouting-scripts', 'postgresql-15-hypopg'];
/** In the order of what they require; of those that few projects use only the E line is kept, for what they require and their schema. */
const WHOLE = ['postgis', 'postgis_sfcgal', 'postgis_topology', 'address_standardizer', 'hypopg'];
const FIRST_LINE = ['postgis_raster', 'postgis_tiger_geocoder', 'pgrouting'];

const folder = mkdtempSync(path.join(tmpdir(), 'pgdry-packaged-'));
try {
  const scripts = path.join(folder, 'extension');
  mkdirSync(scripts);
  const sources = unpack();
  for (const name of [...WHOLE, ...FIRST_LINE]) adapt(sources, name, scripts);
  const cluster = await startCluster({ extensions: scripts });
  try {
    const database = await cluster.database('packaged');
    await database.run(`create schema ${TARGET};`);
    const known = await available(database.query);
    const lines = [];
    for (const name of [...WHOLE, ...FIRST_LINE]) {
      const extension = known.find((e) => e.name === name);
      const whole = WHOLE.includes(name);
      lines.push(firstLine(extension, !whole), ...(whole ? await describe(database, extension) : []));
    }
    const source = `the SQL scripts of Debian 12's ${PACKAGES.join(', ')}`;
    const text = header(source, ["Lines as in src/catalog/base/extensions.tsv; the versions are Debian's."]) + table(lines);
    writeFileSync(new URL('facts/packaged.tsv', import.meta.url), text);
  } finally {
    await cluster.stop();
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function unpack() {
  const options = { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] };
  execFileSync('apt-get', ['download', '-q', ...PACKAGES], options);
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.deb')))
    execFileSync('dpkg-deb', ['-x', file, 'unpacked'], options);
  return path.join(folder, 'unpacked/usr/share/postgresql/15/extension');
}

function adapt(sources, name, target) {
  const control = [`${name}.control`, `${name}-3.control`].map((file) => path.join(sources, file)).find(existsSync);
  const text = readFileSync(control, 'utf8').replace(/^module_pathname.*$/m, '');
  const [, version] = /default_version *= *'([^']+)'/.exec(text);
  const script = readFileSync(path.join(sources, `${name}--${version}.sql`), 'latin1')
    .replace(/AS\s+'(?:\$libdir\/[^']*|MODULE_PATHNAME)'(\s*,\s*'[^']*')?/gi, "AS 'textin'")
    .replace(/LANGUAGE\s+'?c'?(?=[\s;])/gi, 'LANGUAGE internal')
    // PostGIS refuses a server of another major version, changes the database's search path, and fills a table with thousands of rows.
    .replace(/RAISE EXCEPTION(?= 'PostGIS built for)/g, 'RAISE NOTICE')
    .replace(/^SELECT \S*AddToSearchPath\(.*$/gim, '')
    .replace(/^INSERT INTO "?spatial_ref_sys"?[^]*?\);\n/gim, '');
  writeFileSync(path.join(target, `${name}.control`), text);
  writeFileSync(path.join(target, `${name}--${version}.sql`), script, 'latin1');
}
