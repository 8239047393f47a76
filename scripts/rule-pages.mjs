// Writes the pages of the rules, docs/rules/**/*.md, as one script for pkg/rules.js, and beside it as JSON for the page.
//   node scripts/rule-pages.mjs OUT.js
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { project } from '../tests/support/pgdry.mjs';

const folder = path.join(project, 'docs', 'rules');
const names = readdirSync(folder, { recursive: true })
  .filter((file) => file.endsWith('.md'))
  .map((file) => file.slice(0, -'.md'.length).split(path.sep).join('/'))
  .sort();
const pages = Object.fromEntries(names.map((name) => [name, readFileSync(path.join(folder, `${name}.md`), 'utf8')]));
const json = JSON.stringify(pages);
writeFileSync(process.argv[2], `export const pages = ${json};\n`);
writeFileSync(process.argv[2].replace(/js$/, 'json'), `${json}\n`);
