// The workflow that `pgdry init github` writes: GitHub's parser takes it, and its shell steps do what they say, with stubs for what reaches a database.
import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { test } from 'node:test';
import { command, pgdry } from '../support/pgdry.mjs';
import { readWorkflow, runWorkflow } from './github.mjs';
import { newRepository, OPEN, run, SAFE, stubs, temporaryFolder } from './project.mjs';

const PUSH = { event_name: 'push', ref: 'refs/heads/main', base_ref: '', event: {} };
const FORMAT = pgdry(['check', '--help']).stdout.includes('github') ? 'github' : 'text';
const SECRETS = { SUPABASE_ACCESS_TOKEN: 'token', SUPABASE_PROJECT_ID: 'ref', SUPABASE_DB_PASSWORD: 'pw' };
const PSQL = `case "$*" in *'select version'*) echo 20250101000000 ;; esac`;

/** A project with a good chain and the workflow, and what runs it. */
function setUp(t, { supabase = '', psql = PSQL, init = [] } = {}) {
  const folder = temporaryFolder(t);
  const repository = newRepository(folder);
  repository.write('supabase/migrations/20250101000000_notes.sql', SAFE);
  repository.write('supabase/migrations/20250102000000_more.sql', "comment on table public.notes is 'short';\n");
  const written = repository.run(command, ['init', 'github', ...init]);
  assert.equal(written.status, 0, written.text);
  const file = path.join(repository.top, '.github/workflows/apply-supabase-migrations.yml');
  const workflow = readWorkflow(fs.readFileSync(file, 'utf8'));
  const stub = stubs(folder, { supabase, psql });
  repository.git('add', '--all');
  repository.git('commit', '--quiet', '--message', 'x');
  const start = (options = {}) =>
    runWorkflow(workflow, {
      github: PUSH,
      secrets: SECRETS,
      cwd: repository.top,
      ...options,
      env: { PATH: stub.path, PGDRY_FORMAT: FORMAT, ...options.env },
    });
  return { repository, workflow, stub, start };
}

test('it has the triggers and steps of the guide', (t) => {
  const { workflow } = setUp(t);
  assert.deepEqual(workflow.on.push.branches, ['main']);
  assert.ok(workflow.on.push.paths.includes('supabase/**') && workflow.on.pull_request.paths.includes('supabase/**'));
  assert.ok('workflow_dispatch' in workflow.on);
  assert.deepEqual(workflow.on.schedule, [{ cron: '0 2 * * *' }]);
  assert.equal(workflow.jobs.apply.needs, 'validate');
  const names = [...workflow.jobs.validate.steps, ...workflow.jobs.apply.steps].map((step) => step.name).filter(Boolean);
  assert.deepEqual(names, [
    'Install pgdry',
    'Check the migrations',
    'Check the types',
    'Set up the Supabase CLI',
    'Authenticate',
    'Link the project',
    'Show what is pending',
    'Apply the migrations',
    'Apply the migrations with psql',
    'Validate the schema',
    'Regenerate the types',
  ]);
});

test('a good chain is applied', (t) => {
  const { start, stub } = setUp(t);
  const result = start();
  assert.equal(result.status, 'success', result.log);
  assert.deepEqual(stub.log(), [
    'supabase login --token token',
    'supabase link --project-ref ref',
    'supabase db push --dry-run',
    'supabase db push --yes',
  ]);
});

for (const [what, name, sql] of [
  ['does not apply', '20250103000000_broken.sql', 'alter table public.gone add column n int;\n'],
  ['has a table without row level security', '20250103000000_open.sql', OPEN],
  ['does not parse', '20250103000000_typo.sql', 'craete table public.tags (id bigint);\n'],
]) {
  test(`nothing is applied of a chain that ${what}`, (t) => {
    const { start, stub, repository } = setUp(t);
    repository.write(`supabase/migrations/${name}`, sql);
    const result = start();
    assert.deepEqual(result.jobs, { validate: 'failure', apply: 'skipped' });
    assert.deepEqual(stub.log(), []);
    assert.ok(result.log.includes(name), result.log);
    // The step that blocks exits with 1: findings, not a failure of its own.
    assert.equal(run(repository.top, command, ['check', '--format', FORMAT]).status, 1);
  });
}

test('stale types stop it too', (t) => {
  const { start, stub, repository } = setUp(t, { init: ['--types', 'types.ts'], supabase: `[ "$1" != gen ] || cat types.ts` });
  assert.equal(repository.run(command, ['types', '--out', 'types.ts']).status, 0);
  assert.equal(start().status, 'success');
  assert.equal(stub.log().at(-1), 'supabase gen types typescript --linked');
  repository.write('supabase/migrations/20250103000000_column.sql', 'alter table public.notes add column n int;\n');
  const before = stub.log().length;
  const result = start();
  assert.deepEqual(result.jobs, { validate: 'failure', apply: 'skipped' });
  assert.match(result.log, /types\.ts is stale/);
  assert.equal(stub.log().length, before);
});

test('a pull request is checked against its base, and applies nothing', (t) => {
  const { start, stub, repository } = setUp(t);
  repository.git('update-ref', 'refs/remotes/origin/main', 'HEAD');
  repository.write('supabase/migrations/20250101000000_notes.sql', SAFE.replace('body text not null', 'body text'));
  const github = { event_name: 'pull_request', ref: 'refs/pull/1/merge', base_ref: 'main', event: {} };
  const result = start({ github });
  assert.deepEqual(result.jobs, { validate: 'failure', apply: 'skipped' });
  assert.match(result.log, /edited-migration/);
  repository.git('checkout', '--quiet', '.');
  assert.deepEqual(start({ github }).jobs, { validate: 'success', apply: 'skipped' });
  assert.deepEqual(stub.log(), []);
});

test('a push is checked against the commit before it', (t) => {
  const { start, repository } = setUp(t);
  const before = repository.git('rev-parse', 'HEAD').stdout.trim();
  repository.write('supabase/migrations/20250101000000_notes.sql', SAFE.replace('body text not null', 'body text'));
  assert.match(start({ github: { ...PUSH, event: { before } } }).log, /edited-migration/);
  // The first push of a branch.
  assert.doesNotMatch(start({ github: { ...PUSH, event: { before: '0'.repeat(40) } } }).log, /edited-migration/);
});

test('a branch that is not the one to apply is only checked', (t) => {
  const { start, stub } = setUp(t, { init: ['--branch', 'production'] });
  assert.deepEqual(start({ github: { ...PUSH, event_name: 'workflow_dispatch' } }).jobs, { validate: 'success', apply: 'skipped' });
  assert.deepEqual(stub.log(), []);
});

test('psql applies what is pending when the CLI fails', (t) => {
  const { start, stub } = setUp(t, { supabase: '[ "$1 $2" != "db push" ]' });
  const without = start();
  assert.equal(without.status, 'failure');
  assert.match(without.log, /there is no secret DATABASE_URL/);
  const result = start({ secrets: { ...SECRETS, DATABASE_URL: 'postgres://x' } });
  assert.equal(result.status, 'success', result.log);
  const files = stub.log().filter((line) => line.includes('--file'));
  assert.equal(files.length, 1);
  assert.match(files[0], /--single-transaction --file supabase\/migrations\/20250102000000_more\.sql/);
  assert.match(files[0], /insert into supabase_migrations\.schema_migrations \(version, name\) values \('20250102000000', 'more'\)/);
});

test('psql takes the place of a CLI that could not be set up, and its failure fails the run', (t) => {
  const { start, stub } = setUp(t, { psql: `case "$*" in *--file*) exit 3 ;; esac` });
  const secrets = { ...SECRETS, DATABASE_URL: 'postgres://x' };
  const result = start({ secrets, broken: ['Set up the Supabase CLI'] });
  assert.deepEqual(result.jobs, { validate: 'success', apply: 'failure' });
  assert.ok(stub.log().every((line) => line.startsWith('psql ')));
});

test('the schema validator of the project runs, and its failure fails the run', (t) => {
  const { start, repository, stub } = setUp(t);
  repository.write('package.json', '{"scripts": {"db:validate-schema": "x"}}');
  fs.writeFileSync(path.join(stub.bin, 'npm'), '#!/bin/bash\n[ "$1" = ci ]\n', { mode: 0o755 });
  assert.deepEqual(start().jobs, { validate: 'success', apply: 'failure' });
});

test('pgdry is installed by the command that was given', (t) => {
  const { start, stub } = setUp(t, { init: ['--install', `ln -s "$BUILT" "$BIN/pgdry" && echo 'it is installed'`] });
  fs.rmSync(path.join(stub.bin, 'pgdry'));
  const env = { BUILT: command, BIN: stub.bin };
  const result = start({ env });
  assert.equal(result.status, 'success', result.log);
  assert.match(result.log, /it is installed/);
  const other = setUp(t);
  fs.rmSync(path.join(other.stub.bin, 'pgdry'));
  assert.match(other.start().log, /Say how to install pgdry/);
  const variable = other.start({ vars: { PGDRY_INSTALL: `ln -s "${command}" "${other.stub.bin}/pgdry"` } });
  assert.equal(variable.status, 'success', variable.log);
});
