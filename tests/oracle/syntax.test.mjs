// pgdry accepts a statement exactly when PostgreSQL's own grammar does, cuts files as it does, and refuses with the same message.
// The repository's own SQL; scripts/syntax-figures.mjs prints the same figures for any folder.
import assert from 'node:assert/strict';
import * as path from 'node:path';
import { test } from 'node:test';
import { project, sqlFilesBelow } from '../support/pgdry.mjs';
import { allStatements, bodyFigures, bodyMutantFigures, boundaryFigures, mutantFigures, readFiles, statementFigures } from './figures.mjs';

const MUTANTS = 1000;
const REJECTED = 0.995;
const SAME_BYTE = 0.95;

const files = ['examples', 'tests/fixtures', 'tests/oracle'].flatMap((source) =>
  readFiles(sqlFilesBelow(path.join(project, source)), project),
);
const statements = allStatements(files);

test('a statement parses exactly when it does in PostgreSQL, and is refused with the same message', () => {
  assert.ok(statements.length > 2000, `only ${statements.length} statements to compare`);
  assert.deepEqual(statementFigures(statements).differences, []);
});

test('a file is cut into the statements that PostgreSQL sees', () => {
  assert.deepEqual(boundaryFigures(files).differences, []);
});

test('a damaged statement is refused where PostgreSQL refuses it', (t) => {
  const { valid, invalid, differences } = mutantFigures(statements, MUTANTS);
  const rejected = invalid.neither / invalid.statements;
  const sameByte = invalid.offsets / invalid.neither;
  t.diagnostic(`${invalid.statements} invalid mutants: ${percent(rejected)} rejected, ${percent(sameByte)} at the same byte`);
  const [worst] = differences;
  assert.equal(valid.statements + invalid.statements, MUTANTS);
  assert.equal(valid.refused, 0, `refused and valid: ${JSON.stringify(worst)}`);
  assert.ok(rejected >= REJECTED, `rejected: ${percent(rejected)}, as ${JSON.stringify(worst)}`);
  assert.ok(sameByte >= SAME_BYTE, `at the same byte: ${percent(sameByte)}, as ${JSON.stringify(worst)}`);
});

test('a body parses exactly when it does in PostgreSQL', () => {
  assert.deepEqual(bodyFigures(statements).differences.filter(({ level }) => level === 0), []);
});

test('a damaged body is refused when PostgreSQL refuses it', (t) => {
  const { invalid, differences } = bodyMutantFigures(statements, MUTANTS);
  const rejected = invalid.neither / invalid.statements;
  t.diagnostic(`${invalid.statements} invalid bodies: ${percent(rejected)} rejected`);
  assert.ok(rejected >= REJECTED, `rejected: ${percent(rejected)}, as ${JSON.stringify(differences[0])}`);
});

function percent(part) {
  return `${(100 * part).toFixed(2)} %`;
}
