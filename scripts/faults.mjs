// node scripts/faults.mjs [--pgdry BINARY] [--count N] [--seed N] [--show N] FOLDER…
// Injects single faults into chains of migrations (FOLDER/supabase/migrations or FOLDER), lets a real server and pgdry judge each, and
// prints how often both refuse the same statements (file and SQLSTATE). Exit 1 when they agree on fewer than 97 %.
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { parseArgs } from 'node:util';
import { difference, reportRefusals, serverRefusals } from '../tests/oracle/refusals.mjs';
import { sqlFiles, startServer } from '../tests/oracle/server.mjs';
import { migrationsOf, project } from '../tests/support/pgdry.mjs';

const GOAL = 0.97;
const TOKEN = /--[^\n]*|\/\*[\s\S]*?\*\/|'(?:[^']|'')*'|"(?:[^"]|"")*"|\$(\w*)\$[\s\S]*?\$\1\$|[A-Za-z_]\w*|\s+|[\s\S]/gy;
const { values: options, positionals: folders } = parseArgs({
  allowPositionals: true,
  options: {
    pgdry: { type: 'string', default: path.join(project, 'target', 'release', 'pgdry') },
    count: { type: 'string', default: '300' },
    seed: { type: 'string', default: '1' },
    show: { type: 'string', default: '0' },
  },
});
if (folders.length === 0 || !fs.existsSync(options.pgdry)) {
  console.error('usage: node scripts/faults.mjs [--pgdry BINARY] [--count N] [--seed N] [--show N] FOLDER…');
  process.exit(2);
}

const random = generator(Number(options.seed));
const chains = folders.map((folder) => readChain(migrationsOf(path.resolve(folder)))).filter((chain) => chain.length > 0);
const FAULTS = { dropFile, swapFiles, renameOnce, double, deleteStatement, changeType, changeArguments };

const work = fs.mkdtempSync(path.join(os.tmpdir(), 'pgdry-faults-'));
const server = await startServer();
const results = [];
try {
  for (let number = 1; number <= Number(options.count); number += 1) {
    const kinds = Object.keys(FAULTS);
    const kind = kinds[number % kinds.length];
    const chain = pick(chains);
    const fault = FAULTS[kind](chain);
    if (fault === null) continue;
    results.push({ kind, what: fault.what, ...(await judge(fault.files)) });
    if (number % 20 === 0) console.error(`${number} of ${options.count}`);
  }
} finally {
  await server.stop();
  fs.rmSync(work, { recursive: true, force: true });
}
report(results);

function readChain(folder) {
  return sqlFiles(folder).map((name) => ({ name, sql: fs.readFileSync(path.join(folder, name), 'utf8'), folder }));
}

async function judge(files) {
  fs.rmSync(work, { recursive: true, force: true });
  fs.mkdirSync(work);
  files.forEach(({ name, sql }) => fs.writeFileSync(path.join(work, name), sql));
  const errors = await server.applyFolder('faults', work);
  await server.dropDatabase('faults');
  const run = spawnSync(options.pgdry, ['check', work, '--format', 'json', '--fail-on', 'never'], { encoding: 'utf8', maxBuffer: 1 << 30 });
  if (run.status !== 0) return { refused: errors.length, missed: [], invented: [`pgdry exit ${run.status ?? run.signal}: ${run.stderr}`], errors, findings: [] };
  const findings = JSON.parse(run.stdout).findings;
  const refused = serverRefusals(errors);
  return { refused, errors, findings, ...difference(refused, reportRefusals({ findings })) };
}

// ── the faults: each a copy of the chain with one thing wrong, or null where there is no place for it

function dropFile(chain) {
  if (chain.length < 2) return null;
  const at = below(chain.length);
  return { what: `${chain[at].name} is missing`, files: chain.filter((_, place) => place !== at) };
}

function swapFiles(chain) {
  if (chain.length < 2) return null;
  const at = below(chain.length - 1);
  const other = random() < 0.5 ? at + 1 : below(chain.length);
  const files = chain.map((file) => ({ ...file }));
  [files[at].sql, files[other].sql] = [files[other].sql, files[at].sql];
  return { what: `${chain[at].name} and ${chain[other].name} are swapped`, files };
}

function renameOnce(chain) {
  const names = chain.flatMap(({ sql }) => [...sql.matchAll(/create\s+(?:table|view|function|or replace function)\s+(?:if not exists\s+)?(?:\w+\.)?"?(\w+)"?/gi)].map((m) => m[1]));
  const columns = chain.flatMap(({ sql }) => [...sql.matchAll(/^\s+"?(\w+)"?\s+(?:uuid|text|integer|int|bigint|timestamptz|timestamp|boolean|jsonb|numeric|date)\b/gim)].map((m) => m[1]));
  const known = new Set([...names, ...columns]);
  return edit(chain, (token) => known.has(token.text) && token.kind === 'word', (token) => `${token.text}_x`);
}

function changeType(chain) {
  const other = { uuid: 'text', text: 'integer', integer: 'uuid', int: 'uuid', bigint: 'text', boolean: 'text', jsonb: 'text', timestamptz: 'text' };
  return edit(chain, (token) => token.kind === 'word' && Object.hasOwn(other, token.text.toLowerCase()), (token) => other[token.text.toLowerCase()]);
}

function changeArguments(chain) {
  return editText(chain, /\b\w+\(([^()',;]+)\)(?=\s*(?:[;,)]|=|<|>|from\b|and\b|or\b))/gi, (text, argument) => {
    const changed = random() < 0.5 ? `${argument}, ${argument}` : '';
    return text.replace(`(${argument})`, `(${changed})`);
  });
}

function double(chain) {
  return editStatement(chain, (text) => `${text}\n${text}`);
}

function deleteStatement(chain) {
  return editStatement(chain, () => '');
}

/** Changes one token. */
function edit(chain, wanted, change) {
  const file = pick(chain);
  const tokens = tokensOf(file.sql).filter(wanted);
  if (tokens.length === 0) return null;
  const token = pick(tokens);
  const text = change(token);
  const line = file.sql.slice(0, token.start).split('\n').length;
  return replaced(chain, file, token.start, token.start + token.text.length, text, `${file.name}:${line} ${token.text} is ${text}`);
}

function editText(chain, pattern, change) {
  const file = pick(chain);
  const found = [...file.sql.matchAll(pattern)];
  if (found.length === 0) return null;
  const match = pick(found);
  const text = change(...match);
  const line = file.sql.slice(0, match.index).split('\n').length;
  return replaced(chain, file, match.index, match.index + match[0].length, text, `${file.name}:${line} ${match[0]} is ${text}`);
}

/** Changes one whole CREATE statement. */
function editStatement(chain, change) {
  const file = pick(chain);
  const statements = statementsOf(file.sql).filter(({ text }) => /^\s*create\b/i.test(text));
  if (statements.length === 0) return null;
  const { start, text } = pick(statements);
  const first = text.trim().split('\n')[0];
  const what = change('x') === '' ? 'is deleted' : 'is doubled';
  return replaced(chain, file, start, start + text.length, change(text), `${file.name}: ${first} ${what}`);
}

function replaced(chain, file, start, end, text, what) {
  const sql = file.sql.slice(0, start) + text + file.sql.slice(end);
  return { what, files: chain.map((other) => (other === file ? { ...file, sql } : other)) };
}

function tokensOf(sql) {
  return [...sql.matchAll(TOKEN)].map((match) => ({
    text: match[0],
    start: match.index,
    kind: /^[A-Za-z_]/.test(match[0]) ? 'word' : 'other',
  }));
}

function statementsOf(sql) {
  const statements = [];
  let start = null;
  for (const token of tokensOf(sql)) {
    if (start === null && !/^(?:\s|--|\/\*)/.test(token.text)) start = token.start;
    if (token.text === ';' && start !== null) {
      statements.push({ start, text: sql.slice(start, token.start + 1) });
      start = null;
    }
  }
  return statements;
}

// ── figures

function report(results) {
  const agree = (list) => list.filter(({ missed, invented }) => missed.length + invented.length === 0).length;
  const share = (part, whole) => (whole === 0 ? '-' : `${((100 * part) / whole).toFixed(1)} %`);
  for (const kind of Object.keys(FAULTS)) {
    const list = results.filter((result) => result.kind === kind);
    console.log(`${kind.padEnd(16)} ${agree(list)} of ${list.length}`);
  }
  const sum = (list, of) => list.reduce((total, item) => total + of(item), 0);
  const refused = sum(results, (r) => r.refused.length);
  const missed = sum(results, (r) => r.missed.length);
  const invented = sum(results, (r) => r.invented.length);
  console.log(`all              ${agree(results)} of ${results.length}, ${share(agree(results), results.length)}`);
  console.log(`${refused} refusals: recall ${share(refused - missed, refused)}, precision ${share(refused - missed, refused - missed + invented)}`);
  const byState = new Map();
  const count = (entry, key) => {
    const state = entry.split(' ').at(-1);
    const row = byState.get(state) ?? { refused: 0, missed: 0 };
    row[key] += 1;
    byState.set(state, row);
  };
  for (const result of results) {
    result.refused.forEach((entry) => count(entry, 'refused'));
    result.missed.forEach((entry) => count(entry, 'missed'));
  }
  for (const [state, row] of [...byState].sort()) console.log(`  ${state} recall ${share(row.refused - row.missed, row.refused)} of ${row.refused}`);
  results
    .filter(({ missed, invented }) => missed.length + invented.length > 0)
    .slice(0, Number(options.show))
    .forEach(show);
  process.exitCode = agree(results) < GOAL * results.length ? 1 : 0;
}

function show({ what, missed, invented, errors, findings }) {
  console.log(`\n${what}`);
  for (const entry of missed) {
    const error = errors.find(({ file, sqlstate }) => `${file} ${sqlstate}` === entry);
    console.log(`  missed ${entry}: line ${error?.line}, ${error?.message}`);
  }
  for (const entry of invented) {
    const finding = findings.find((f) => f.sqlstate !== undefined && `${path.basename(f.file)} ${f.sqlstate}` === entry);
    console.log(`  invented ${entry}: line ${finding?.statement.end.line}, ${finding?.message}`);
  }
}

function pick(list) {
  return list[below(list.length)];
}

function below(limit) {
  return Math.floor(random() * limit);
}

/** mulberry32: the same faults for the same seed. */
function generator(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
