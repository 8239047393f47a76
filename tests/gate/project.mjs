// A repository in a temporary folder, with stubs on the PATH that log what they were asked for.
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { command } from '../support/pgdry.mjs';

/** Everything of a test's run; removed with it. */
export function temporaryFolder(t) {
  const folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'pgdry-gate-')));
  t.after(() => fs.rmSync(folder, { recursive: true }));
  process.env.GATE_TMP = folder;
  return folder;
}

/** A repository in `FOLDER/project`, without a commit yet. */
export function newRepository(folder) {
  const top = path.join(folder, 'project');
  fs.mkdirSync(top);
  const repository = { top, run: (program, args, env) => run(top, program, args, env) };
  repository.git = (...args) => repository.run('git', args);
  repository.write = (name, text) => {
    fs.mkdirSync(path.dirname(path.join(top, name)), { recursive: true });
    fs.writeFileSync(path.join(top, name), text);
  };
  repository.git('init', '--quiet', '--initial-branch', 'main');
  for (const [key, value] of [['user.name', 't'], ['user.email', 't@example.com'], ['commit.gpgsign', 'false']]) {
    repository.git('config', key, value);
  }
  return repository;
}

/** Runs a program; what it prints where it fails is thrown, unless `fails` is asked for in the environment's place. */
export function run(cwd, program, args, env = {}) {
  const done = spawnSync(program, args, { cwd, env: { ...process.env, ...env }, encoding: 'utf8' });
  if (done.error) throw done.error;
  return { status: done.status, text: done.stdout + done.stderr, stdout: done.stdout };
}

/** A folder for the PATH with `pgdry` in it, and these programs: shell scripts that first write a line into the log. */
export function stubs(folder, programs) {
  const [bin, log] = [path.join(folder, 'bin'), path.join(folder, 'log')];
  fs.mkdirSync(bin, { recursive: true });
  fs.writeFileSync(log, '');
  fs.rmSync(path.join(bin, 'pgdry'), { force: true });
  fs.symlinkSync(command, path.join(bin, 'pgdry'));
  for (const [name, script] of Object.entries(programs)) {
    fs.writeFileSync(path.join(bin, name), `#!/bin/bash\nprintf '%s\\n' "${name} $*" >>'${log}'\n${script}\n`, { mode: 0o755 });
  }
  return { path: `${bin}:${process.env.PATH}`, bin, log: () => fs.readFileSync(log, 'utf8').split('\n').filter(Boolean) };
}

export const SAFE = `create table public.notes (
  id bigint generated always as identity primary key,
  body text not null
);
alter table public.notes enable row level security;
create policy "everyone reads notes" on public.notes for select to anon, authenticated using (true);
`;
export const OPEN = 'create table public.tags (id bigint primary key);\n';
