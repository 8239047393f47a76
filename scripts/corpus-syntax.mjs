// PGDRY=BINARY node scripts/corpus-syntax.mjs [--mutants N] [--show N] FOLDER…
// Compares what pgdry parses with PostgreSQL's own grammar over every statement of the *.sql below the folders and, with
// --mutants, over N damaged copies of each (a token left out, doubled, swapped with the next, or replaced), the same in every run.
import * as fs from 'node:fs';
import * as path from 'node:path';
import { parseArgs } from 'node:util';
import { differences, split, sqlFilesBelow, tokens } from '../tests/oracle/grammar.mjs';

const { values: options, positionals: folders } = parseArgs({
  allowPositionals: true,
  options: { mutants: { type: 'string', default: '0' }, show: { type: 'string', default: '20' } },
});
if (folders.length === 0) {
  console.error('usage: PGDRY=BINARY node scripts/corpus-syntax.mjs [--mutants N] [--show N] FOLDER…');
  process.exit(2);
}

let shown = 0;
for (const folder of folders) {
  const whole = sqlFilesBelow(folder).flatMap((file) =>
    split(fs.readFileSync(file, 'utf8')).map((sql, index) => ({ id: `${path.relative(folder, file)}#${index + 1}`, sql })),
  );
  report(folder, 'statements', whole);
  const count = Number(options.mutants);
  if (count > 0) report(folder, 'mutants', whole.flatMap((statement) => mutants(statement, count)));
}

function report(folder, what, statements) {
  const found = differences(statements, { messages: false });
  const wrongly = (verdict) => found.filter(({ pgdry }) => (pgdry === 'accepts') === verdict).length;
  console.log(
    `${path.basename(folder)}: ${statements.length} ${what}, ${wrongly(false)} wrongly refused, ${wrongly(true)} wrongly accepted`,
  );
  for (const { id, sql, postgres, pgdry } of found) {
    if (shown++ >= Number(options.show)) break;
    console.log(`  ${id}\n    PostgreSQL: ${postgres}\n    pgdry: ${pgdry}\n    ${sql.trim().slice(0, 400).replaceAll('\n', '\n    ')}`);
  }
}

function mutants({ id, sql }, count) {
  const pieces = tokens(sql);
  if (pieces === null || pieces.length < 3) return [];
  const random = generator(id);
  return Array.from({ length: count }, (_, index) => {
    const copy = [...pieces];
    const at = Math.floor(random() * (copy.length - 1));
    const kind = Math.floor(random() * 4);
    if (kind === 0) copy.splice(at, 1);
    else if (kind === 1) copy.splice(at, 0, copy[at]);
    else if (kind === 2) [copy[at], copy[at + 1]] = [copy[at + 1], copy[at]];
    else copy[at] = copy[Math.floor(random() * copy.length)];
    return { id: `${id}~${index + 1}`, sql: copy.join(' ') };
  });
}

/** A small seeded generator (mulberry32): the same id gives the same mutants. */
function generator(seed) {
  let state = 0;
  for (const char of seed) state = (Math.imul(state, 31) + char.codePointAt(0)) | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
