// How far what pgdry parses agrees with PostgreSQL's own grammar, in figures. Each function also lists what differs.
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { pgdry } from '../support/pgdry.mjs';
import { bodyOf, judge, judgeBody, kindOf, statementsOf, tokens, withoutPsql } from './grammar.mjs';

/**
 * What libpg_query lets pass and a server refuses, which pgdry says at once: when the statement runs, whatever the catalog holds, and
 * of a body what needs the function's result type or a variable's.
 */
const SAID_LATER =
  /^(?:conflicting or redundant options|invalid OWNED BY option|no inline code specified|missing expression at or near ";"|variable ".*" does not exist)$/;

/** Files as PostgreSQL reads them: `[{file, name, text, statements}]`, `name` from the folder on; `statements` as in grammar.mjs. */
export function readFiles(files, folder) {
  return files.map((file) => {
    const original = fs.readFileSync(file, 'utf8');
    const text = withoutPsql(original);
    const name = path.relative(folder, file);
    const statements = statementsOf(text)?.map((statement, index) => ({ id: `${name}#${index + 1}`, ...statement })) ?? null;
    return { file: text === original ? file : null, name, text, statements };
  });
}

/** Every statement of the files; a text that PostgreSQL's scanner refuses is one statement. */
export function allStatements(files) {
  return files.flatMap(({ name, text, statements }) => statements ?? [{ id: `${name}#1`, sql: text, tree: null, error: judge(text).error }]);
}

/**
 * Who accepts which statement: `{kinds, total, differences}`. A kind is libpg_query's name of the statement, or its first word where
 * it does not parse. `{statements, both, refused, accepted}` counts all, those that both accept, and those that pgdry refuses or
 * accepts wrongly; `later` those that it refuses before PostgreSQL's grammar would; `neither` those that both refuse, `messages` and
 * `offsets` those of them with the same words and at the same byte.
 */
export function statementFigures(statements) {
  const answers = ask(statements);
  const kinds = new Map();
  const total = newCounts();
  const differences = [];
  statements.forEach(({ id, sql, tree, error }, index) => {
    const kind = tree ? kindOf(tree) : `${(/[a-z]+/i.exec(sql)?.[0] ?? '').toUpperCase()} … (refused)`;
    if (!kinds.has(kind)) kinds.set(kind, newCounts());
    for (const counts of [kinds.get(kind), total]) count(counts, error, answers[index].error);
    differences.push(difference({ id, sql }, error, answers[index].error) ?? []);
  });
  return { kinds, total, differences: worstFirst(differences) };
}

function newCounts() {
  return { statements: 0, both: 0, later: 0, refused: 0, accepted: 0, neither: 0, messages: 0, offsets: 0 };
}

function count(counts, postgres, pgdry) {
  counts.statements++;
  if (!postgres && !pgdry) counts.both++;
  else if (!postgres && SAID_LATER.test(pgdry.message)) counts.later++;
  else if (!postgres) counts.refused++;
  else if (!pgdry) counts.accepted++;
  else {
    counts.neither++;
    if (sameMessage(postgres, pgdry)) counts.messages++;
    if (postgres.offset === pgdry.offset) counts.offsets++;
  }
}

/** pgdry shortens a token that goes on over several lines to `…`. */
function sameMessage(postgres, pgdry) {
  return postgres?.message === pgdry?.message || (pgdry?.message.endsWith('…"') && postgres?.message.startsWith(pgdry.message.slice(0, -2)));
}

/** What differs, the worst first: 0 who accepts it, 1 where the error is, 2 what it says. null when nothing does. */
function difference({ id, sql }, postgres, pgdry) {
  if (!postgres && pgdry && SAID_LATER.test(pgdry.message)) return null;
  const said = (error) => (error ? `${error.message}${error.offset === undefined ? '' : ` (byte ${error.offset})`}` : 'accepts');
  const levels = [!postgres !== !pgdry, postgres?.offset !== undefined && postgres.offset !== pgdry?.offset, !sameMessage(postgres, pgdry)];
  const level = levels.indexOf(true);
  return level < 0 ? null : { id, sql, level, postgres: said(postgres), pgdry: said(pgdry) };
}

function worstFirst(differences) {
  return differences.flat().sort((a, b) => a.level - b.level);
}

/**
 * Where the files' statements begin and end: `{files, statements, sameCount, same, differences}`. Files that PostgreSQL's scanner
 * refuses have no statements to compare and are left out.
 */
export function boundaryFigures(files) {
  const read = files.filter(({ statements }) => statements !== null);
  const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'pgdry-syntax-'));
  const paths = read.map(({ file, text }, index) => {
    if (file !== null) return file;
    const copy = path.join(scratch, `${index}.sql`);
    fs.writeFileSync(copy, text);
    return copy;
  });
  const run = pgdry(['parse', '--format', 'json', ...paths]);
  fs.rmSync(scratch, { recursive: true });
  if (run.status > 1) throw new Error(`pgdry parse exited ${run.status}:\n${run.stderr}`);

  const figures = { files: read.length, statements: 0, sameCount: 0, same: 0, differences: [] };
  JSON.parse(run.stdout).forEach(({ statements: cut }, index) => {
    const { name, statements } = read[index];
    const ours = cut.map(({ start, end }) => `${start.offset}-${end.offset}`);
    const theirs = statements.map(({ start, end }) => `${start}-${end}`);
    figures.statements += theirs.length;
    if (ours.length === theirs.length) figures.sameCount++;
    const at = theirs.findIndex((span, i) => ours[i] !== span);
    if (at < 0 && ours.length === theirs.length) figures.same++;
    else {
      const i = at < 0 ? theirs.length : at;
      const sql = statements[i]?.sql ?? '';
      figures.differences.push({ id: `${name}#${i + 1}`, sql, level: 0, postgres: theirs[i] ?? 'end', pgdry: ours[i] ?? 'end' });
    }
  });
  return figures;
}

/**
 * Damaged statements: of `wanted` accepted ones, picked by a fixed seed, each with one random token deleted, doubled or swapped with
 * the next. `{valid, invalid, differences}`: the counts of those that PostgreSQL still accepts, and of those that it refuses.
 */
export function mutantFigures(statements, wanted) {
  const accepted = statements.filter(({ sql, tree }) => tree !== null && tokens(sql).length > 1);
  const mutants = pick(accepted, wanted).map(mutant);
  return verdicts(mutants, mutants.map(({ sql }) => judge(sql).error), ask(mutants));
}

function pick(statements, wanted) {
  const random = generator('pgdry');
  const shuffled = statements.map((statement) => ({ statement, order: random() })).sort((a, b) => a.order - b.order);
  return shuffled.slice(0, wanted).map(({ statement }) => statement);
}

function verdicts(mutants, errors, answers) {
  const figures = { valid: newCounts(), invalid: newCounts() };
  const differences = mutants.map((mutant, index) => {
    const error = errors[index];
    const said = answers[index].error;
    count(error ? figures.invalid : figures.valid, error, said);
    return difference(mutant, error, said) ?? [];
  });
  return { ...figures, differences: worstFirst(differences) };
}

/** A statement with one token deleted, doubled or swapped with the next, the same in every run. */
function mutant({ id, sql }) {
  const pieces = tokens(sql);
  const bytes = Buffer.from(sql);
  const random = generator(id);
  const kind = ['delete', 'double', 'swap'][Math.floor(random() * 3)];
  const at = Math.floor(random() * (kind === 'swap' ? pieces.length - 1 : pieces.length));
  const [one, two] = pieces.slice(at, at + 2);
  const end = kind === 'swap' ? two.end : one.end;
  let damaged = '';
  if (kind === 'double') damaged = `${one.text} ${one.text}`;
  if (kind === 'swap') damaged = `${two.text}${bytes.toString('utf8', one.end, two.start) || ' '}${one.text}`;
  // The blanks keep what is left and right of it from growing together.
  return { id: `${id} (${kind})`, sql: `${bytes.toString('utf8', 0, one.start)} ${damaged} ${bytes.toString('utf8', end)}` };
}

/** A small seeded generator (mulberry32): the same seed gives the same numbers. */
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

/**
 * The bodies of functions and DO blocks by language, `{kinds, unknown, differences}` as in statementFigures; `unknown` counts those that
 * only a server can judge.
 */
export function bodyFigures(statements) {
  const bodies = statements.flatMap(({ id, sql, tree }) => {
    const body = tree && bodyOf(tree);
    if (!['sql', 'plpgsql'].includes(body?.language)) return [];
    const message = judgeBody(sql, body);
    return [{ id, sql, language: body.language, message }];
  });
  const judged = bodies.filter(({ message }) => message !== undefined);
  const answers = ask(judged, ['--bodies']);
  const kinds = new Map();
  const differences = [];
  judged.forEach(({ id, sql, language, message }, index) => {
    const error = message === null ? null : { message };
    if (!kinds.has(language)) kinds.set(language, newCounts());
    count(kinds.get(language), error, answers[index].error);
    differences.push(difference({ id, sql }, error, answers[index].error) ?? []);
  });
  return { kinds, unknown: bodies.length - judged.length, differences: worstFirst(differences) };
}

/** The same as mutantFigures for the bodies of PL/pgSQL that PostgreSQL accepts; its errors have no offset there. */
export function bodyMutantFigures(statements, wanted) {
  const bodies = statements.flatMap(({ id, sql, tree }) => {
    const body = tree && bodyOf(tree);
    // What stands between dollars stands in the statement as it is.
    const at = body?.language === 'plpgsql' ? sql.lastIndexOf(body.text) : -1;
    return at >= 0 && tokens(body.text)?.length > 1 && judgeBody(sql, body) === null ? [{ id, sql, text: body.text, at }] : [];
  });
  const mutants = pick(bodies, wanted).flatMap(({ id, sql, text, at }) => {
    const damaged = mutant({ id, sql: text });
    const whole = sql.slice(0, at) + damaged.sql + sql.slice(at + text.length);
    const message = judgeBody(whole, { language: 'plpgsql', text: damaged.sql });
    return message === undefined ? [] : [{ id: damaged.id, sql: whole, error: message === null ? null : { message } }];
  });
  return verdicts(mutants, mutants.map(({ error }) => error), ask(mutants, ['--bodies']));
}

/** What pgdry says of each `{id, sql}`: `{error: {message, offset}}`, error null where it accepts. */
function ask(statements, options = []) {
  if (statements.length === 0) return [];
  const input = statements.map(({ sql }, id) => `${JSON.stringify({ id, sql })}\n`).join('');
  const run = pgdry(['parse', '--batch', ...options], { input });
  if (run.status !== 0) throw new Error(`pgdry parse --batch exited ${run.status}:\n${run.stderr}`);
  const answers = run.stdout.trimEnd().split('\n').map((line) => JSON.parse(line));
  if (answers.length !== statements.length) throw new Error(`pgdry parse --batch answered ${answers.length} of ${statements.length}`);
  return answers;
}
