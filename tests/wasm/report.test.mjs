// Validator.report prints the bytes that the native command prints: the golden files of tests/formats, which that one is held to as well.
import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { before, describe, test } from 'node:test';
import { initSync, Validator, version } from '../../pkg/dist/pgdry.js';
import { explain } from '../../pkg/rules.js';
import { exampleFiles, wasmFile } from '../support/package.mjs';
import { configFile, pgdry, project } from '../support/pgdry.mjs';

before(() => initSync({ module: fs.readFileSync(wasmFile) }));

const formats = path.join(project, 'tests', 'formats');
const migrations = 'supabase/migrations';

/** The project of tests/formats, with what its pgdry.toml says. */
function validator() {
  const validator = new Validator({ history: 'complete', applied_until: '20250101000000', rules: { 'naming/identifier': 'info' } });
  for (const file of fs.readdirSync(path.join(formats, 'project', migrations))) {
    validator.setFile(`${migrations}/${file}`, fs.readFileSync(path.join(formats, 'project', migrations, file), 'utf8'));
  }
  return validator;
}

describe('as the golden file', () => {
  const golden = {
    'report.txt': ['text'],
    'report.sarif': ['sarif', { explain }],
    'comment.md': ['markdown'],
  };
  for (const [name, [format, options]] of Object.entries(golden)) {
    test(name, () => {
      const printed = validator().report(format, options).replaceAll(version(), 'VERSION');
      assert.equal(printed, fs.readFileSync(path.join(formats, 'golden', name), 'utf8'));
    });
  }
});

test('json is what check returns, and what the command prints', () => {
  const files = exampleFiles('broken');
  const broken = new Validator({ history: 'complete' });
  for (const { path: file, text } of files) broken.setFile(file, text);
  const native = pgdry(['check', ...files.map((file) => file.path), '--config', configFile, '--format', 'json', '--fail-on', 'never']);
  assert.equal(broken.report('json'), native.stdout);
  assert.equal(broken.report('json'), `${JSON.stringify(broken.check(), null, 2)}\n`);
});

test('a finding is as wide as a terminal shows it', () => {
  // Characters of two columns, of one and of none, before a span.
  const text = '/* a字한あカ㈱Ａ😀🇪🇺e\u0301\u200b\u2028é𝄞→ */ create table public.wide (id bigint primary key);\n';
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'pgdry-'));
  try {
    const file = path.join(folder, '20250101000000_wide.sql');
    fs.writeFileSync(file, text);
    const validator = new Validator({ history: 'complete' });
    validator.setFile(file, text);
    assert.equal(validator.report('text'), pgdry(['check', file, '--config', configFile]).stdout);
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
});

test('sarif goes without pages', () => {
  const { rules } = JSON.parse(validator().report('sarif')).runs[0].tool.driver;
  assert.ok(rules.every((rule) => rule.help === undefined && rule.shortDescription.text !== ''));
});

test('what is no format is an Error with a code', () => {
  assert.throws(() => validator().report('xml'), (error) => error instanceof Error && error.code === 'options');
});
