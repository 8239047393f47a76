// PostgreSQL's own grammar (npm libpg-query) as the judge of what pgdry parses.
import * as fs from 'node:fs';
import * as path from 'node:path';
import { loadModule, parseSync, scanSync } from 'libpg-query';
import { pgdry } from '../support/pgdry.mjs';

await loadModule();

const SEMICOLON = 59;

export function sqlFilesBelow(folder) {
  if (!fs.existsSync(folder)) return [];
  return fs
    .readdirSync(folder, { recursive: true })
    .filter((name) => name.endsWith('.sql'))
    .sort()
    .map((name) => path.join(folder, name));
}

/** What PostgreSQL says: null when it accepts, else its message. */
function judge(sql) {
  try {
    parseSync(sql);
    return null;
  } catch (error) {
    return error.message;
  }
}

/**
 * Where pgdry and PostgreSQL differ on `[{id, sql}]`: `[{id, sql, postgres, pgdry}]`, the last two a message or "accepts".
 * `messages: false` compares only whether a statement is accepted.
 */
export function differences(statements, { messages = true } = {}) {
  const input = statements.map(({ id, sql }) => `${JSON.stringify({ id, sql })}\n`).join('');
  const run = pgdry(['parse', '--batch'], { input });
  if (run.status !== 0) throw new Error(`pgdry parse --batch exited ${run.status}:\n${run.stderr}`);
  const answers = new Map();
  for (const line of run.stdout.trimEnd().split('\n')) {
    const answer = JSON.parse(line);
    answers.set(answer.id, answer);
  }
  return statements.flatMap(({ id, sql }) => {
    const answer = answers.get(id);
    if (answer === undefined) throw new Error(`pgdry parse --batch did not answer ${id}`);
    const expected = judge(sql);
    const said = answer.ok ? null : answer.error.message;
    const same = messages ? said === expected : (said === null) === (expected === null);
    return same ? [] : [{ id, sql, postgres: expected ?? 'accepts', pgdry: said ?? 'accepts' }];
  });
}

/** The statements of a text, cut by PostgreSQL's scanner: at each `;` outside parentheses and BEGIN ATOMIC … END. */
export function split(text) {
  const bytes = Buffer.from(text);
  let tokens;
  try {
    tokens = scanSync(text).tokens;
  } catch {
    return [text]; // an open string or comment: one statement to the end
  }
  const statements = [];
  let start = 0;
  let parentheses = 0;
  let atomic = 0;
  let previous = '';
  for (const { start: from, end, tokenType } of tokens) {
    const word = bytes.toString('utf8', from, end).toLowerCase();
    if (word === '(') parentheses++;
    if (word === ')') parentheses--;
    if (previous === 'begin' && word === 'atomic') atomic = 1;
    else if (atomic > 0 && word === 'case') atomic++;
    else if (atomic > 0 && word === 'end') atomic--;
    if (tokenType === SEMICOLON && parentheses <= 0 && atomic === 0) {
      statements.push(bytes.toString('utf8', start, end));
      start = end;
      parentheses = 0;
    }
    previous = word;
  }
  statements.push(bytes.toString('utf8', start));
  return statements.filter((sql) => sql.trim() !== '');
}

/** The text's tokens without its comments, or null when PostgreSQL's scanner refuses it. */
export function tokens(text) {
  const bytes = Buffer.from(text);
  try {
    return scanSync(text)
      .tokens.map(({ start, end }) => bytes.toString('utf8', start, end))
      .filter((token) => !token.startsWith('--') && !token.startsWith('/*'));
  } catch {
    return null;
  }
}
