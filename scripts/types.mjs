// node scripts/types.mjs [--pgdry BINARY] [--dialect meta|cli] [--schema A,B] [--show LINES] [--save DIR] FOLDER|FILE…
// node scripts/types.mjs [--pgdry BINARY] [--dialect meta|cli] [--show LINES] --seed N [--print | --shrink [--match PATTERN]]
// Applies migrations (FOLDER/supabase/migrations, FOLDER or FILE) or the random schema of a seed to a real server, runs Supabase's type
// generators, and compares: how many lines `pgdry types` has otherwise (- the generator, + pgdry), and the first of them. Exit 1 when some are.
// --save writes what the generators print: DIR/<name of FOLDER>/types.a.ts (meta) and types.b.ts (cli).
// --shrink leaves out statements of the seed as long as a line that matches PATTERN differs; --print shows the seed's SQL.
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { parseArgs } from 'node:util';
import { DIALECTS, compare, refusalDifferences } from '../tests/oracle/types/compare.mjs';
import { changed } from '../tests/oracle/types/differences.mjs';
import { randomSchema } from '../tests/oracle/types/random.mjs';
import { shrink } from '../tests/oracle/types/shrink.mjs';
import { Truth } from '../tests/oracle/types/truth.mjs';
import { command, migrationsOf } from '../tests/support/pgdry.mjs';

const { values: options, positionals: targets } = parseArgs({
  allowPositionals: true,
  options: {
    pgdry: { type: 'string', default: command },
    dialect: { type: 'string' },
    schema: { type: 'string', default: 'public' },
    show: { type: 'string', default: '20' },
    save: { type: 'string' },
    seed: { type: 'string' },
    print: { type: 'boolean', default: false },
    shrink: { type: 'boolean', default: false },
    match: { type: 'string', default: '' },
  },
});
const dialects = options.dialect === undefined ? DIALECTS : [options.dialect];
const shown = Number(options.show);
const given = targets.length > 0 || options.seed !== undefined;
if (!given || !dialects.every((each) => DIALECTS.includes(each)) || !Number.isInteger(shown) || !fs.existsSync(options.pgdry)) {
  console.error('usage: node scripts/types.mjs [--pgdry BINARY] [--dialect meta|cli] [--schema A,B] [--show LINES] [--save DIR] FOLDER|FILE…');
  console.error('       node scripts/types.mjs [--pgdry BINARY] [--dialect meta|cli] [--show LINES] --seed N [--print | --shrink [--match PATTERN]]');
  process.exit(2);
}
const binary = path.resolve(options.pgdry);

if (options.seed === undefined) await compareAll(targets.map(targetOf));
else if (options.print) console.log(sqlOf(randomSchema(Number(options.seed))));
else if (options.shrink) await showLeast(randomSchema(Number(options.seed)));
else await compareSeed(Number(options.seed));

function targetOf(given) {
  const whole = path.resolve(given);
  const name = path.basename(whole, '.sql');
  return { name, path: fs.statSync(whole).isFile() ? whole : migrationsOf(whole), schemas: options.schema.split(',') };
}

async function compareAll(all) {
  const truth = new Truth();
  const same = Object.fromEntries(dialects.map((dialect) => [dialect, 0]));
  const differing = { ...same };
  try {
    for (const target of all) {
      const real = await truth.types(target.path, target.schemas);
      if (options.save !== undefined) save(path.join(options.save, target.name), real);
      const refusals = [];
      for (const dialect of dialects) {
        const { lines, problem } = compare(binary, target.path, { dialect, schemas: target.schemas, real });
        const count = changed(lines);
        if (problem === undefined && count === 0) same[dialect] += 1;
        differing[dialect] += count;
        console.log(`${target.name}, ${dialect}: ${problem ?? (count === 0 ? 'same' : `${count} lines differ`)}`);
        for (const line of lines.slice(0, shown)) console.log(`  ${line}`);
        if (count > 0) refusals.push(...(refusals.length > 0 ? [] : refusalDifferences(binary, target.path, real)));
      }
      for (const line of refusals.slice(0, shown)) console.log(`  ${line}`);
    }
  } finally {
    await truth.stop();
  }
  for (const dialect of dialects) {
    console.log(`${dialect}: ${same[dialect]} of ${all.length} are the same, ${differing[dialect]} lines differ`);
    if (same[dialect] < all.length) process.exitCode = 1;
  }
}

function save(folder, { meta, cli }) {
  fs.mkdirSync(folder, { recursive: true });
  if (meta !== null) fs.writeFileSync(path.join(folder, 'types.a.ts'), meta);
  if (cli !== null) fs.writeFileSync(path.join(folder, 'types.b.ts'), cli);
}

async function compareSeed(seed) {
  const work = fs.mkdtempSync(path.join(os.tmpdir(), 'pgdry-seed-'));
  try {
    const schema = randomSchema(seed);
    const file = path.join(work, `seed-${seed}.sql`);
    fs.writeFileSync(file, sqlOf(schema));
    await compareAll([{ name: `seed ${seed}`, path: file, schemas: schema.schemas }]);
  } finally {
    fs.rmSync(work, { recursive: true, force: true });
  }
}

async function showLeast({ statements, schemas }) {
  const pattern = new RegExp(options.match, 'u');
  for (const dialect of dialects) {
    const least = await shrink(binary, { statements, schemas, dialect, pattern });
    console.log(`${dialect}, schemas ${schemas.join(', ')}: ${least.statements.length === 0 ? 'same' : `${changed(least.lines)} lines differ after`}`);
    if (least.statements.length === 0) continue;
    process.exitCode = 1;
    console.log(`\n${sqlOf(least)}\n`);
    for (const line of least.lines.slice(0, shown)) console.log(`  ${line}`);
  }
}

function sqlOf({ statements }) {
  return `${statements.join('\n')}\n`;
}
