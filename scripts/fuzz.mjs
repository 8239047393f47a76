// node scripts/fuzz.mjs split|parse [SECONDS]
// Fuzzes a target of fuzz/ with the repository's own statements as seeds and PostgreSQL's keywords as its dictionary. Needs
// `rustup toolchain install nightly` and `cargo install cargo-fuzz`. What it finds is in fuzz/artifacts; exit 1 then.
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { statementsOf, withoutPsql } from '../tests/oracle/grammar.mjs';
import { project, sqlFilesBelow } from '../tests/support/pgdry.mjs';

const [target, seconds = '300'] = process.argv.slice(2);
if (!['split', 'parse'].includes(target)) {
  console.error('usage: node scripts/fuzz.mjs split|parse [SECONDS]');
  process.exit(2);
}

const LONGEST = 4096;
const corpus = path.join(project, 'fuzz', 'corpus', target);
fs.mkdirSync(corpus, { recursive: true });
const files = ['examples', 'tests/fixtures', 'tests/oracle'].flatMap((folder) => sqlFilesBelow(path.join(project, folder)));
const seeds = files.flatMap((file) => statementsOf(withoutPsql(fs.readFileSync(file, 'utf8'))) ?? []).map(({ sql }) => `${sql};\n`);
seeds.filter((seed) => seed.length <= LONGEST).forEach((seed, index) => fs.writeFileSync(path.join(corpus, `seed-${index}`), seed));

const keywords = fs.readFileSync(path.join(project, 'src', 'syntax', 'keywords', 'table.rs'), 'utf8').matchAll(/"([a-z_]+)"/g);
const words = [...new Set([...keywords].map(([, word]) => word)), '::', ':=', '=>', '<>', '..', '$1', '$$', "E'", "U&'", "U&\\\"", "X'", '/*', '*/', '--'];
const dictionary = path.join(project, 'fuzz', 'corpus', 'sql.dict');
fs.writeFileSync(dictionary, words.map((word) => `" ${word} "\n`).join(''));

const limits = [`-max_total_time=${seconds}`, `-max_len=${LONGEST}`, `-dict=${dictionary}`, '-rss_limit_mb=1024', '-timeout=10'];
const run = spawnSync('cargo', ['+nightly', 'fuzz', 'run', target, corpus, '--', ...limits], { cwd: project, stdio: 'inherit' });
process.exitCode = run.status ?? 1;
