// The golden files of tests/formats are what the programs that read these formats take: SARIF's schema and Microsoft's validator, Jenkins's schema of
// JUnit's XML, the rules of GitLab's Code Quality reports, the toolkit that writes GitHub's workflow commands.
import Ajv from 'ajv/dist/2020.js';
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { validateXML } from 'xmllint-wasm';
import { pgdry, project } from '../support/pgdry.mjs';

const formats = path.join(project, 'tests', 'formats');
const golden = (name) => readFileSync(path.join(formats, 'golden', name), 'utf8').replaceAll('VERSION', '0.1.0');
const folder = mkdtempSync(path.join(os.tmpdir(), 'pgdry-formats-'));
after(() => rmSync(folder, { recursive: true }));

/** What `pgdry check` prints of a folder with every mistake, and of one with none. */
const printed = (format, example) => pgdry(['check', `examples/${example}`, '--format', format]).stdout;
const readings = (format, name) => [golden(name), printed(format, 'broken'), printed(format, 'aias')];

// The package's schema is OASIS's, with the draft of JSON Schema brought up to date.
const multitool = path.dirname(fileURLToPath(import.meta.resolve('@microsoft/sarif-multitool-linux/package.json')));
const sarifSchema = JSON.parse(readFileSync(path.join(multitool, 'sarif-2.1.0.json'), 'utf8'));

test('SARIF fits its schema', () => {
  const validate = new Ajv({ strict: false, validateFormats: false, allErrors: true }).compile(sarifSchema);
  for (const text of readings('sarif', 'report.sarif')) {
    assert.ok(validate(JSON.parse(text)), JSON.stringify(validate.errors, null, 1));
  }
  const log = JSON.parse(golden('report.sarif'));
  log.runs[0].results[0].locations[0].physicalLocation.region.startLine = 0;
  assert.ok(!validate(log));
});

/** What the multitool's rules say of a log, notes left out: `{rule: how often}`. */
function multitoolSays(log) {
  const [file, output] = ['log.sarif', 'said.sarif'].map((name) => path.join(folder, name));
  writeFileSync(file, log);
  const program = path.join(multitool, 'Sarif.Multitool');
  chmodSync(program, 0o755);
  const args = ['validate', file, '--rule-kind', 'Sarif;Ghas', '--output', output, '--log', 'ForceOverwrite', '--quiet'];
  const run = spawnSync(program, args, { encoding: 'utf8', env: { ...process.env, DOTNET_SYSTEM_GLOBALIZATION_INVARIANT: '1' } });
  assert.ok(run.status !== null, `${run.error ?? run.signal}`);
  const said = {};
  for (const { ruleId } of JSON.parse(readFileSync(output, 'utf8').replace(/^\uFEFF/, '')).runs[0].results) {
    said[ruleId] = (said[ruleId] ?? 0) + 1;
  }
  return said;
}

test("SARIF follows the multitool's rules, GitHub's included", () => {
  for (const text of readings('sarif', 'report.sarif')) {
    // SARIF2005 asks for the address of a page about pgdry, and there is none yet.
    assert.deepEqual(multitoolSays(text), { SARIF2005: 1 });
  }
  // It would say so: a result without a place is none for GitHub, and regions do not end before they begin.
  const log = JSON.parse(golden('report.sarif'));
  delete log.runs[0].results[0].locations;
  log.runs[0].results[1].locations[0].physicalLocation.region.endColumn = 1;
  const said = multitoolSays(JSON.stringify(log));
  assert.ok(Object.keys(said).some((rule) => rule.startsWith('GH')) && said.SARIF1007 > 0, JSON.stringify(said));
});

test("JUnit's XML fits Jenkins's schema", async () => {
  // From jenkinsci/xunit-plugin, which checks reports with it.
  const schema = readFileSync(path.join(formats, 'junit-10.xsd'), 'utf8');
  const validate = (contents) => validateXML({ xml: [{ fileName: 'junit.xml', contents }], schema: [schema] });
  for (const text of readings('junit', 'junit.xml')) {
    const { valid, errors } = await validate(text);
    assert.ok(valid, JSON.stringify(errors, null, 1));
    const tests = text.match(/<testcase /g).length;
    const failures = (text.match(/<failure /g) ?? []).length;
    assert.match(text, new RegExp(`<testsuites name="pgdry" tests="${tests}" failures="${failures}" errors="0">`));
  }
  assert.ok(!(await validate(golden('junit.xml').replace(/ failures="\d+"/g, ''))).valid);
});

// What GitLab's documentation asks of a report: https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format
const gitlabSchema = {
  type: 'array',
  items: {
    type: 'object',
    required: ['description', 'check_name', 'fingerprint', 'location', 'severity'],
    properties: {
      description: { type: 'string', minLength: 1 },
      check_name: { type: 'string', minLength: 1 },
      fingerprint: { type: 'string', minLength: 1 },
      severity: { enum: ['info', 'minor', 'major', 'critical', 'blocker'] },
      location: {
        type: 'object',
        required: ['path', 'lines'],
        properties: {
          // Relative to the repository, and without ./
          path: { type: 'string', pattern: '^(?!\\.?/).' },
          lines: { type: 'object', required: ['begin'], properties: { begin: { type: 'integer', minimum: 1 } } },
        },
      },
    },
  },
};

test("GitLab's report has what GitLab asks for", () => {
  const validate = new Ajv({ allErrors: true }).compile(gitlabSchema);
  for (const text of readings('gitlab', 'gitlab.json')) {
    const issues = JSON.parse(text);
    assert.ok(validate(issues), JSON.stringify(validate.errors, null, 1));
    assert.equal(new Set(issues.map(({ fingerprint }) => fingerprint)).size, issues.length);
  }
});

// The toolkit's own writer, which its package does not export.
const core = path.dirname(fileURLToPath(import.meta.resolve('@actions/core')));
const { issueCommand } = await import(pathToFileURL(path.join(core, 'command.js')));

/** The line that the toolkit writes for a command. */
function written(name, properties, message) {
  const { write } = process.stdout;
  let line = '';
  process.stdout.write = (text) => (line += text);
  try {
    issueCommand(name, properties, message);
  } finally {
    process.stdout.write = write;
  }
  return line.trimEnd();
}

/** What an Actions runner reads from a line (`ActionCommand.TryParseV2`). */
function read(line) {
  const [, name, list, data] = /^::([^ :]+) (.*?)::(.*)$/.exec(line);
  const unescape = (text) => text.replaceAll('%0D', '\r').replaceAll('%0A', '\n').replaceAll('%3A', ':').replaceAll('%2C', ',').replaceAll('%25', '%');
  const properties = list.split(',').map((pair) => [pair.slice(0, pair.indexOf('=')), unescape(pair.slice(pair.indexOf('=') + 1))]);
  const message = data.replaceAll('%0D', '\r').replaceAll('%0A', '\n').replaceAll('%25', '%');
  return { name, properties: Object.fromEntries(properties), message };
}

test("GitHub's commands are those of the toolkit", () => {
  for (const text of readings('github', 'github.txt')) {
    const lines = text.trimEnd().split('\n');
    assert.match(lines.pop(), /^\d+ files?, \d+ statements?: /);
    for (const line of lines) {
      const { name, properties, message } = read(line);
      assert.equal(written(name, properties, message), line);
      if (properties.title === 'pgdry') continue; // what is not shown
      assert.ok(['error', 'warning', 'notice'].includes(name) && properties.title.includes('/'), line);
      // `ValidateLinesAndColumns` of the runner.
      const [from, to, col, endColumn] = ['line', 'endLine', 'col', 'endColumn'].map((key) => properties[key] && Number(properties[key]));
      assert.ok(from >= 1 && to >= from && (from === to ? endColumn >= col && col >= 1 : col === undefined && endColumn === undefined), line);
    }
  }
});
