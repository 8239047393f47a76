// Writes src/catalog/base/* from a real PostgreSQL server and the facts beside this file.
//   node scripts/base/generate.mjs            writes
//   node scripts/base/generate.mjs --check    exit 1 when the committed files differ from what it would write

import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import * as catalog from './catalog.mjs';
import { startCluster } from './cluster.mjs';
import { extensions } from './extensions.mjs';
import { supabaseSql } from './supabase.mjs';

const target = new URL('../../src/catalog/base/', import.meta.url);
/** Bytes after gzip that all the files together may take in the wasm module. */
const BUDGET = 110 * 1024;
const TABLES = ['types', 'functions', 'operators', 'casts', 'opclasses', 'relations', 'names', 'settings'];

async function generate() {
  const facts = JSON.parse(readFileSync(new URL('facts/supabase.json', import.meta.url), 'utf8'));
  const files = new Map([['supabase.sql', supabaseSql(facts)]]);
  const cluster = await startCluster();
  try {
    const database = await cluster.database('base');
    const [{ version }] = await database.query("select current_setting('server_version') as version");
    const source = `a PostgreSQL ${version} server`;
    const texts = await Promise.all(TABLES.map((name) => catalog[name](database.query, source)));
    TABLES.forEach((name, k) => files.set(`${name}.tsv`, texts[k]));
    files.set('extensions.tsv', await extensions(database, source));
    describeApart(files);
  } finally {
    await cluster.stop();
  }
  return files;
}

/** What the tables' columns are goes into a file of its own: they are compiled in as they stand. */
function describeApart(files) {
  let format = '# What the columns of these tables are\n\n';
  for (const [name, text] of [...files].filter(([name]) => name.endsWith('.tsv'))) {
    const [comments] = text.match(/^(# .*\n)*/);
    files.set(name, text.slice(comments.length));
    format += `## ${name}\n\n\`\`\`\n${comments.replace(/^# /gm, '')}\`\`\`\n\n`;
  }
  files.set('FORMAT.md', format.trimEnd() + '\n');
}

function committed(name) {
  try {
    return readFileSync(new URL(name, target), 'utf8');
  } catch {
    return undefined;
  }
}

const check = process.argv.includes('--check');
const files = await generate();
let total = 0;
for (const [name, text] of files) {
  const size = gzipSync(text, { level: 9 }).length;
  if (!name.endsWith('.md')) total += size;
  console.log(`${name.padEnd(16)}${String(text.length).padStart(8)}${String(size).padStart(8)} gzip`);
  if (!check) writeFileSync(new URL(name, target), text);
  else if (committed(name) !== text) {
    console.error(`${fileURLToPath(new URL(name, target))} is not what this script writes: run it without --check`);
    process.exitCode = 1;
  }
}
console.log(`${'all'.padEnd(24)}${String(total).padStart(8)} gzip, of ${BUDGET}`);
if (total > BUDGET) {
  console.error('the base data are larger than their budget');
  process.exitCode = 1;
}
