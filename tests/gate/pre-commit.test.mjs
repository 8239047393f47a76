// Real commits with the real pre-commit: `.pre-commit-hooks.yaml`, what `pgdry init pre-commit` writes, and the transcript in the README.
import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { test } from 'node:test';
import { project } from '../support/pgdry.mjs';
import { newRepository, OPEN, run, SAFE, stubs, temporaryFolder } from './project.mjs';

const packages = path.join(project, '.cache', 'pre-commit');
if (!fs.existsSync(packages)) throw new Error(`${packages} is not there: run scripts/setup.sh`);

/** A repository with one migration committed, and `pre-commit` and `pgdry` on the PATH. */
function setUp(t) {
  const folder = temporaryFolder(t);
  const stub = stubs(folder, {});
  fs.writeFileSync(path.join(stub.bin, 'pre-commit'), '#!/bin/bash\nexec python3 -m pre_commit "$@"\n', { mode: 0o755 });
  const repository = newRepository(folder);
  const env = { PATH: stub.path, PYTHONPATH: packages, PRE_COMMIT_HOME: path.join(folder, 'cache'), PRE_COMMIT_COLOR: 'never', LC_ALL: 'C.UTF-8' };
  const bash = (script) => repository.run('bash', ['-c', `exec 2>&1\n${script}`], env);
  repository.write('supabase/migrations/20250401090000_add_notes.sql', SAFE);
  repository.git('add', '--all');
  repository.git('commit', '--quiet', '--message', 'Add notes');
  const commit = (script = ':') => bash(`${script} && git add --all && git commit --quiet --message x`);
  return { folder, repository, bash, commit, env };
}

/** The hooks of this project as those of a repository, which is how others take them. */
function hooks(folder, env) {
  const source = path.join(folder, 'hooks');
  fs.mkdirSync(source);
  fs.copyFileSync(path.join(project, '.pre-commit-hooks.yaml'), path.join(source, '.pre-commit-hooks.yaml'));
  const git = (...args) => run(source, 'git', ['-c', 'user.name=t', '-c', 'user.email=t@example.com', '-c', 'commit.gpgsign=false', ...args]);
  git('init', '--quiet');
  git('add', '--all');
  git('commit', '--quiet', '--message', 'x');
  assert.equal(run(source, 'pre-commit', ['validate-manifest', '.pre-commit-hooks.yaml'], env).status, 0);
  return { source, rev: git('rev-parse', 'HEAD').stdout.trim() };
}

test('the transcript in the README is what happens', (t) => {
  const { repository, bash } = setUp(t);
  repository.write('supabase/migrations/20250402090000_add_tags.sql', OPEN);
  const file = path.join(project, 'README.md');
  const readme = fs.readFileSync(file, 'utf8');
  const block = /```console\n(\$ pgdry init pre-commit[^]*?)```/.exec(readme)?.[1];
  assert.ok(block, 'the README has no transcript');
  let happened = '';
  for (const [, command] of block.matchAll(/^\$ (.*(?:\n> .*)*)/gm)) {
    happened += `$ ${command}\n${bash(command.replace(/^> /gm, '')).text}`;
  }
  // UPDATE=1 takes down what happened.
  if (process.env.UPDATE && happened !== block) fs.writeFileSync(file, readme.replace(block, () => happened));
  const masked = (text) => text.replace(/^\[main [0-9a-f]+\]/gm, '[main …]');
  assert.equal(masked(happened), masked(block));
  assert.match(block, /Failed[^]*enabled-on-create[^]*Passed/);
  assert.equal(repository.git('rev-list', '--count', 'HEAD').stdout, '2\n');
});

test('the hooks of this repository refuse and let pass', (t) => {
  const { folder, repository, bash, commit, env } = setUp(t);
  const { source, rev } = hooks(folder, env);
  const ids = ['pgdry-system', 'pgdry-types-system'].map((id) => `      - id: ${id}\n`).join('');
  repository.write('.pre-commit-config.yaml', `repos:\n  - repo: ${source}\n    rev: ${rev}\n    hooks:\n${ids}`);
  repository.write('pgdry.toml', '[types]\nout = "types.ts"\n');
  assert.equal(bash('pre-commit install && pgdry types').status, 0);
  const first = commit();
  assert.equal(first.status, 0, first.text);

  repository.write('supabase/migrations/20250402090000_add_tags.sql', OPEN);
  const refused = commit();
  assert.equal(refused.status, 1);
  assert.match(refused.text, /id: pgdry-system\n- exit code: 1[^]*enabled-on-create[^]*id: pgdry-types-system\n- exit code: 1[^]*types\.ts is stale/);
  const mended = `echo 'alter table public.tags enable row level security;' >>supabase/migrations/20250402090000_add_tags.sql`;
  assert.match(commit(mended).text, /pgdry check\.+Passed\npgdry types --check\.+Failed/);
  const taken = commit('pgdry types');
  assert.equal(taken.status, 0, taken.text);

  // What is not staged is put away meanwhile, and what git does not have is no part of the commit.
  repository.write('supabase/migrations/20250403090000_untracked.sql', 'not SQL;\n');
  repository.write('supabase/migrations/20250402090000_add_tags.sql', 'not SQL;\n');
  const other = bash(`echo x >README && git add README && git commit --quiet --message x`);
  assert.equal(other.status, 0, other.text);
  bash('rm supabase/migrations/20250403090000_untracked.sql && git checkout --quiet .');

  // A commit that only deletes a migration can break the others.
  repository.write('supabase/migrations/20250404090000_more.sql', 'alter table public.tags add column n int;\n');
  assert.equal(commit('pgdry types').status, 0);
  const deleted = bash('git rm --quiet supabase/migrations/20250402090000_add_tags.sql && git commit --quiet --message x');
  assert.equal(deleted.status, 1);
  assert.match(deleted.text, /error\[schema\/undefined-table\][^]*20250404090000_more\.sql:1:/);
  bash('git reset --quiet --hard');

  // As in continuous integration: every file, whoever wrote it when.
  assert.equal(bash('pre-commit run --all-files').status, 0);
  repository.write('supabase/migrations/20250405090000_open.sql', OPEN.replace('tags', 'open'));
  assert.equal(bash('pgdry types && git add --all && git commit --quiet --no-verify --message x').status, 0);
  const all = bash('pre-commit run --all-files');
  assert.equal(all.status, 1);
  assert.match(all.text, /20250405090000_open\.sql/);
});

test('migrations in another folder are found by their names', (t) => {
  const { folder, repository, bash, commit, env } = setUp(t);
  const { source, rev } = hooks(folder, env);
  repository.write('.pre-commit-config.yaml', `repos:\n  - repo: ${source}\n    rev: ${rev}\n    hooks:\n      - id: pgdry-system\n`);
  bash('pre-commit install');
  repository.write('apps/api/migrations/20250401090000_notes.sql', SAFE);
  repository.write('apps/api/migrations/20250402090000_more.sql', 'alter table public.notes add column n int;\n');
  const taken = commit();
  assert.equal(taken.status, 0, taken.text);
  repository.write('apps/api/migrations/20250403090000_open.sql', OPEN);
  const refused = commit();
  assert.equal(refused.status, 1);
  assert.match(refused.text, /apps\/api\/migrations\/20250403090000_open\.sql:1:/);
});
