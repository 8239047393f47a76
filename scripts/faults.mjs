// node scripts/faults.mjs [--pgdry BINARY] [--count 300] [--seed N] [--show N] FOLDER…
// Injects single faults into chains of migrations (FOLDER/supabase/migrations or FOLDER) that apply on a real server, or nearly: has
// both the server and pgdry judge each, and prints how often they refuse the same (the multisets of file and SQLSTATE). The faults of
// the chain itself are not subtracted. One seed gives the same faults again. Exit 1 when they agree on fewer than 97 %.
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { parseArgs } from 'node:util';
import { bodyOf, statementsOf, tokens } from '../tests/oracle/grammar.mjs';
import { difference, reportRefusals, serverRefusals } from '../tests/oracle/refusals.mjs';
import { sqlFiles, startServer } from '../tests/oracle/server.mjs';
import { configFile, migrationsOf, project } from '../tests/support/pgdry.mjs';

const GOAL = 0.97;
/** What the scanner says of a name that is no keyword. */
const IDENTIFIER = 258;
const OTHER_TYPE = { uuid: 'text', text: 'integer', integer: 'uuid', int: 'uuid' };
const DOUBLED = new Set(['CreatePolicyStmt', 'CreateStmt', 'IndexStmt', 'CreateFunctionStmt']);

const { values: options, positionals: folders } = parseArgs({
  allowPositionals: true,
  options: {
    pgdry: { type: 'string', default: path.join(project, 'target', 'release', 'pgdry') },
    count: { type: 'string', default: '300' },
    seed: { type: 'string', default: '1' },
    show: { type: 'string', default: '0' },
  },
});
const [count, seed, show] = [options.count, options.seed, options.show].map(Number);
if (folders.length === 0 || ![count, seed, show].every(Number.isInteger) || !fs.existsSync(options.pgdry)) {
  console.error('usage: node scripts/faults.mjs [--pgdry BINARY] [--count 300] [--seed N] [--show N] FOLDER…');
  console.error('       (BINARY: target/release/pgdry, from `make build`)');
  process.exit(2);
}

const FAULTS = {
  'file dropped': filesDropped,
  'neighbours swapped': neighboursSwapped,
  'files swapped': filesSwapped,
  'table renamed': (chain) => renamed(chain, chain.names.tables),
  'column renamed': (chain) => renamed(chain, chain.names.columns),
  'function renamed': (chain) => renamed(chain, chain.names.functions),
  'CREATE doubled': statementsDoubled,
  'CREATE deleted': statementsDeleted,
  'type changed': typesChanged,
  'argument dropped': (chain) => argumentsChanged(chain, (all, at) => all.filter((_, place) => place !== at), 'dropped'),
  'argument doubled': (chain) => argumentsChanged(chain, (all, at) => all.toSpliced(at, 0, all[at]), 'doubled'),
};

const random = generator(seed);
const chains = folders.map((folder) => readChain(path.resolve(folder)));
const mutants = draw(count);
if (mutants.length === 0) {
  console.error(`no place for a fault in ${folders.join(' ')}`);
  process.exit(2);
}
const results = await judgeAll(mutants);
printFigures(results);
results.filter((result) => !agrees(result)).slice(0, show).forEach(printDisagreement);
process.exitCode = results.filter(agrees).length < GOAL * results.length ? 1 : 0;

// ── a chain: its files, their statements, and the names that they create

function readChain(folder) {
  const migrations = migrationsOf(folder);
  const files = sqlFiles(migrations).map((name) => {
    const bytes = fs.readFileSync(path.join(migrations, name));
    return { name, bytes, pieces: piecesOf(bytes.toString('utf8')) };
  });
  const chain = { title: path.basename(folder), files };
  chain.names = namesOf(chain);
  return chain;
}

/** A text's statements, and those in its SQL functions' bodies: `{start, end, sql, tree, tokens, nested}`, places in the text's bytes. */
function piecesOf(text, offset = 0, nested = false) {
  return (statementsOf(text) ?? []).flatMap(({ start, end, sql }) => {
    const tree = statementsOf(sql)?.[0]?.tree ?? null; // by itself, so that the tree's locations begin with the statement
    const piece = { start: start + offset, end: end + offset, sql, tree, tokens: tokens(sql) ?? [], nested };
    return [piece, ...bodyPieces(piece)];
  });
}

/** PostgreSQL reads the bodies of SQL functions when it creates them; those in PL/pgSQL it only parses. */
function bodyPieces({ start, tree, tokens }) {
  if (tree === null || bodyOf(tree)?.language !== 'sql') return [];
  const body = tokens.find(({ text }) => /^\$\w*\$/.test(text));
  if (body === undefined) return [];
  const [quote] = /^\$\w*\$/.exec(body.text);
  return piecesOf(body.text.slice(quote.length, -quote.length), start + body.start + quote.length, true);
}

function namesOf(chain) {
  const names = { tables: new Set(), columns: new Set(), functions: new Set() };
  for (const { tree } of chain.files.flatMap(({ pieces }) => pieces)) {
    const { CreateStmt, CreateTableAsStmt, ViewStmt, CreateFunctionStmt } = tree?.stmt ?? {};
    const relation = CreateStmt?.relation ?? ViewStmt?.view ?? CreateTableAsStmt?.into.rel;
    if (relation !== undefined) names.tables.add(relation.relname);
    if (CreateFunctionStmt !== undefined) names.functions.add(CreateFunctionStmt.funcname.at(-1).String.sval);
    for (const { ColumnDef } of nodes(tree, 'ColumnDef')) names.columns.add(ColumnDef.colname);
  }
  return names;
}

/** All nodes of a kind in a tree, each as the object `{[kind]: …}` that holds it. */
function nodes(tree, kind) {
  if (tree === null || typeof tree !== 'object') return [];
  const below = Object.values(tree).flatMap((child) => nodes(child, kind));
  return Object.hasOwn(tree, kind) ? [tree, ...below] : below;
}

/** Where a tree's nodes begin. */
function locations(tree) {
  if (tree === null || typeof tree !== 'object') return [];
  const own = typeof tree.location === 'number' ? [tree.location] : [];
  return [...own, ...Object.values(tree).flatMap(locations)];
}

// ── the faults: of each kind all that a chain has a place for, as `{what, files}`, `files` being a function

function filesDropped({ files }) {
  if (files.length < 2) return [];
  return files.map((file) => ({ what: `${file.name} is dropped`, files: () => files.filter((other) => other !== file) }));
}

function neighboursSwapped({ files }) {
  return files.slice(1).map((file, at) => swap(files, at, at + 1));
}

function filesSwapped({ files }) {
  return files.flatMap((_, one) => files.slice(one + 2).map((_, more) => swap(files, one, one + 2 + more)));
}

/** Each takes the other's name, so that they change places. */
function swap(files, one, other) {
  const change = { [one]: files[other].bytes, [other]: files[one].bytes };
  return {
    what: `${files[one].name} and ${files[other].name} are swapped`,
    files: () => files.map((file, at) => ({ ...file, bytes: change[at] ?? file.bytes })),
  };
}

function renamed(chain, names) {
  return edits(chain, ({ tree, tokens }) => {
    const begin = new Set(locations(tree));
    const isName = ({ start, type }, at) => type === IDENTIFIER || begin.has(start) || tokens[at - 1]?.text === '.';
    return tokens
      .filter((token, at) => names.has(nameIn(token.text)) && isName(token, at))
      .map(({ start, end, text }) => ({ start, end, text: text.endsWith('"') ? `${text.slice(0, -1)}_x"` : `${text}_x` }));
  });
}

function nameIn(token) {
  return token.startsWith('"') ? token.slice(1, -1).replaceAll('""', '"') : token.toLowerCase();
}

function statementsDoubled(chain) {
  return edits(chain, ({ sql, tree, nested }) => {
    if (nested || tree === null || !DOUBLED.has(Object.keys(tree.stmt)[0])) return [];
    return [{ start: 0, end: 0, text: `${sql};\n`, what: `${firstLine(sql)} is doubled` }];
  });
}

function statementsDeleted(chain) {
  return edits(chain, ({ start, end, sql, nested }) => {
    if (nested || !/^create\b/i.test(sql)) return [];
    return [{ start: 0, end: end - start, text: '', what: `${firstLine(sql)} is deleted` }];
  });
}

function firstLine(sql) {
  return sql.split('\n')[0].slice(0, 100);
}

function typesChanged(chain) {
  return edits(chain, ({ tree, tokens }) => {
    return nodes(tree?.stmt.CreateStmt ?? null, 'ColumnDef').flatMap(({ ColumnDef: { typeName } }) => {
      const token = tokens.find(({ start }) => start === typeName?.location);
      const other = token === undefined ? undefined : OTHER_TYPE[nameIn(token.text)];
      return other === undefined ? [] : [{ start: token.start, end: token.end, text: other }];
    });
  });
}

function argumentsChanged(chain, change, how) {
  return edits(chain, ({ sql, tree, tokens }) => {
    const bytes = Buffer.from(sql);
    return nodes(tree, 'FuncCall').flatMap(({ FuncCall: { location } }) => {
      const call = argumentsOf(tokens, location);
      if (call === null) return [];
      const texts = call.parts.map(({ start, end }) => bytes.toString('utf8', start, end));
      return texts.map((_, at) => {
        const text = change(texts, at).join(', ');
        return { start: call.start, end: call.end, text, what: `${call.name}(${texts.join(', ')}): argument ${at + 1} is ${how}` };
      });
    });
  });
}

/** The arguments of the call that begins there: `{name, start, end, parts}`; null when it has none, or is no plain list. */
function argumentsOf(tokens, location) {
  const first = tokens.findIndex(({ start }) => start === location);
  const open = tokens.findIndex(({ text }, at) => at > first && text === '(');
  if (first < 0 || open < 0) return null;
  const name = tokens.slice(first, open).map(({ text }) => text);
  if (name.some((text, at) => (at % 2 === 1) !== (text === '.'))) return null; // EXTRACT, `a AT TIME ZONE b`, …
  const parts = [];
  let depth = 0;
  let part = null;
  for (const { start, end, text } of tokens.slice(open + 1)) {
    const ends = depth === 0 && (text === ')' || text === ',');
    if (ends && part !== null) parts.push(part);
    if (ends && text === ')') {
      if (parts.length === 0) return null;
      return { name: name.join(''), start: parts[0].start, end: parts.at(-1).end, parts };
    }
    if (text === '(' || text === '[') depth++;
    if (text === ')' || text === ']') depth--;
    part = ends ? null : { start: part?.start ?? start, end };
  }
  return null;
}

/** One fault for each edit `{start, end, text, what?}` that `find` names in a statement, places in the statement's bytes. */
function edits({ files }, find) {
  return files.flatMap((file) =>
    file.pieces.flatMap((piece) =>
      find(piece).map(({ start, end, text, what }) => {
        const [from, to] = [piece.start + start, piece.start + end];
        const line = file.bytes.subarray(0, from).toString('utf8').split('\n').length;
        const bytes = () => Buffer.concat([file.bytes.subarray(0, from), Buffer.from(text), file.bytes.subarray(to)]);
        return {
          what: `${file.name}:${line} ${what ?? `${file.bytes.subarray(from, to)} becomes ${text}`}`,
          files: () => files.map((other) => (other === file ? { ...file, bytes: bytes() } : other)),
        };
      }),
    ),
  );
}

/** That many different faults, the kinds in turn, each in a random chain that has a place for it. */
function draw(count) {
  const left = Object.entries(FAULTS).map(([kind, find]) => ({
    kind,
    places: chains.map((chain) => ({ chain: chain.title, faults: find(chain) })),
  }));
  const drawn = [];
  while (drawn.length < count) {
    const before = drawn.length;
    for (const { kind, places } of left) {
      const open = places.filter(({ faults }) => faults.length > 0);
      if (open.length === 0 || drawn.length === count) continue;
      const { chain, faults } = pick(open);
      drawn.push({ kind, chain, ...faults.splice(below(faults.length), 1)[0] });
    }
    if (drawn.length === before) break;
  }
  return drawn;
}

function pick(list) {
  return list[below(list.length)];
}

function below(limit) {
  return Math.floor(random() * limit);
}

/** mulberry32. */
function generator(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

// ── the judges

async function judgeAll(mutants) {
  const work = fs.mkdtempSync(path.join(os.tmpdir(), 'pgdry-faults-'));
  const server = await startServer();
  const results = [];
  try {
    for (const mutant of mutants) {
      results.push(await judge(server, path.join(work, `mutant-${results.length + 1}`), mutant));
      if (results.length % 20 === 0) console.error(`${results.length} of ${mutants.length}, ${results.filter(agrees).length} agree`);
    }
  } finally {
    await server.stop();
    fs.rmSync(work, { recursive: true, force: true });
  }
  return results;
}

async function judge(server, folder, { kind, chain, what, files }) {
  fs.mkdirSync(folder);
  for (const { name, bytes } of files()) fs.writeFileSync(path.join(folder, name), bytes);
  const database = path.basename(folder);
  const errors = await server.applyFolder(database, folder);
  await server.dropDatabase(database);
  const { report, death } = check(folder);
  fs.rmSync(folder, { recursive: true });
  const refused = serverRefusals(errors);
  return { kind, chain, what, errors, report, death, refused, ...difference(refused, reportRefusals(report)) };
}

function check(folder) {
  const args = ['check', folder, '--config', configFile, '--format', 'json', '--fail-on', 'never'];
  const { status, signal, stdout, stderr } = spawnSync(options.pgdry, args, { encoding: 'utf8', maxBuffer: 1 << 30, timeout: 60_000 });
  if (status === 0) return { report: JSON.parse(stdout), death: null };
  return { report: { findings: [] }, death: `pgdry died (${signal ?? status}): ${stderr.split('\n').slice(0, 3).join(' ')}` };
}

function agrees({ missed, invented, death }) {
  return missed.length + invented.length === 0 && death === null;
}

// ── the figures

function printFigures(results) {
  const line = (title, list) => {
    const agreeing = list.filter(agrees).length;
    const bad = list.filter(({ refused }) => refused.length > 0);
    const both = `${bad.filter(agrees).length} of ${bad.length}`;
    console.log(`${title.padEnd(20)} ${`${agreeing} of ${list.length}`.padEnd(12)} ${share(agreeing, list.length).padEnd(8)} ${both}`);
  };
  console.log('fault                agree                 of those that the server refuses');
  for (const kind of Object.keys(FAULTS)) {
    const list = results.filter((result) => result.kind === kind);
    if (list.length > 0) line(kind, list);
  }
  line('all', results);

  const refused = results.flatMap((result) => result.refused);
  const missed = results.flatMap((result) => result.missed);
  const invented = results.flatMap((result) => result.invented);
  const found = refused.length - missed.length;
  console.log(`\n${refused.length} refusals: precision ${share(found, found + invented.length)}, recall ${share(found, refused.length)}`);
  const [all, lost, extra] = [refused, missed, invented].map(countStates);
  for (const state of [...new Set([...all.keys(), ...extra.keys()])].sort()) {
    const [total, without, more] = [all, lost, extra].map((counts) => counts.get(state) ?? 0);
    console.log(`  ${state}  recall ${share(total - without, total).padEnd(7)} of ${total}${more > 0 ? `, ${more} invented` : ''}`);
  }
}

function countStates(entries) {
  const counts = new Map();
  for (const entry of entries) {
    const state = entry.split(' ').at(-1);
    counts.set(state, (counts.get(state) ?? 0) + 1);
  }
  return counts;
}

function share(part, whole) {
  return whole === 0 ? '-' : `${((100 * part) / whole).toFixed(1)} %`;
}

function printDisagreement({ kind, chain, what, missed, invented, errors, report, death }) {
  console.log(`\n${kind}: ${chain} ${what}`);
  if (death !== null) console.log(`  ${death}`);
  const said = errors.map((error) => ({ ...error, entry: `${error.file} ${error.sqlstate}` }));
  const found = report.findings
    .filter(({ sqlstate }) => sqlstate !== undefined)
    .map(({ file, sqlstate, statement, message }) => ({ entry: `${path.basename(file)} ${sqlstate}`, line: statement.end.line, message }));
  for (const entry of new Set(missed)) printOnly('missed', entry, said, found);
  for (const entry of new Set(invented)) printOnly('invented', entry, found, said);
}

/** What one says of a file with a SQLSTATE at the end of lines where the other says nothing of the kind. */
function printOnly(title, entry, these, others) {
  const other = new Set(others.filter((refusal) => refusal.entry === entry).map(({ line }) => line));
  for (const { line, message } of these.filter((refusal) => refusal.entry === entry && !other.has(refusal.line))) {
    console.log(`  ${title} ${entry}: to line ${line}, ${message}`);
  }
}
