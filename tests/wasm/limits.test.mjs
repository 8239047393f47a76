// However deep the SQL nests, WebAssembly's stack is not overrun: beyond the limits there is a finding.
import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import { before, describe, test } from 'node:test';
import { initSync, Validator } from '../../pkg/dist/pgdry.js';
import { chains, constructs, parentheses } from '../support/deep.mjs';
import { wasmFile } from '../support/package.mjs';

before(() => initSync({ module: fs.readFileSync(wasmFile) }));

/** What is wrong with the syntax of a text. */
function refusals(sql) {
  const validator = new Validator();
  validator.setFile('20260101000000_deep.sql', sql);
  const report = validator.check();
  validator.free();
  return report.findings.filter(({ sqlstate }) => sqlstate === '42601' || sqlstate === '54001').map(({ sqlstate }) => sqlstate);
}

function holds(shapes, reaches, beyond) {
  for (const [name, shape] of Object.entries(shapes)) {
    test(`${name}: ${reaches}`, () => assert.deepEqual(refusals(shape(reaches)), []));
    test(`${name}: not ${beyond}`, () => assert.deepEqual(refusals(shape(beyond)), ['54001']));
  }
}

describe('parentheses', () => holds(parentheses, 150, 10_000));
describe('constructs', () => holds(constructs, 60, 10_000));
describe('chains', () => holds(chains, 5_000, 20_000));

test('the module works afterwards', () => assert.deepEqual(refusals('select 1;'), []));
