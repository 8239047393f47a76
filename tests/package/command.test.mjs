// `npx pgdry` says, writes and returns what the native command does.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { before, describe, test } from 'node:test';
import { command as native, project } from '../support/pgdry.mjs';
import { temporary } from './project.mjs';

/** V8's optimising compiler takes longer than these runs. */
const script = ['--liftoff-only', path.join(project, 'pkg', 'bin.js')];
const migrations = 'supabase/migrations';
const first = `${migrations}/20250101000000_create_live_tables.sql`;
const commands = {
  'no command': [],
  help: ['--help'],
  'help of a command': ['check', '--help'],
  version: ['--version'],
  'an unknown command': ['chekc'],
  'an unknown option': ['check', '--formt', 'json'],
  'an unknown value': ['check', '--format', 'yaml'],
  'options that exclude each other': ['check', '--fix', '--diff'],
  'the default folder': ['check'],
  quiet: ['check', '--quiet'],
  colors: ['check', '--color', 'always'],
  'a level that nothing reaches': ['check', '--fail-on', 'never'],
  json: ['check', '--format', 'json'],
  sarif: ['check', '--format', 'sarif'],
  github: ['check', '--format', 'github'],
  gitlab: ['check', '--format', 'gitlab'],
  junit: ['check', '--format', 'junit'],
  markdown: ['check', '--format', 'markdown'],
  statistics: ['check', '--statistics', '--format', 'json'],
  'a file for the report': ['check', '--format', 'sarif', '-o', 'report.sarif'],
  'a file for the report in no folder': ['check', '-o', 'no/such/report.txt'],
  'a preset': ['check', '--preset', 'strict', '--statistics'],
  'severities of rules': ['check', '--rule', 'rls/*=off', '--rule', 'naming/*=error', '--statistics'],
  'an unknown rule': ['check', '--rule', 'rls/nonsense=off'],
  'the preset of the linter': ['check', '--preset', 'supabase', '--format', 'json'],
  locks: ['check', '--locks', first],
  diff: ['check', '--diff'],
  fix: ['check', '--fix'],
  'an absolute path': ['check', { absolute: first }, '--format', 'json'],
  'a path that goes up': { args: ['check', '../migrations', '--format', 'gitlab'], folder: 'supabase/functions' },
  'through a link': ['check', 'linked', '--format', 'sarif'],
  'a glob': ['check', 'supabase/**/2025010*.sql'],
  'a glob that matches nothing': ['check', 'supabase/**/1999*.sql'],
  'no such folder': ['check', 'nowhere'],
  'a configuration': ['check', '--config', 'strict.toml', '--statistics'],
  'a configuration that is wrong': ['check', '--config', 'wrong.toml'],
  'no such configuration': ['check', '--config', 'nowhere.toml'],
  'standard input': { args: ['check', '-'], input: 'create table public.té (id int);\nselect 1 +;\n' },
  'standard input for a file': { args: ['check', '--stdin-filename', first], input: 'create table public.t (id int);\n' },
  'since a ref': ['check', '--since', 'live', '--format', 'json'],
  'since no ref': ['check', '--since', 'nothing'],
  staged: ['check', '--staged'],
  'staged, as in a hook': { args: ['check', '--staged'], env: { GIT_DIR: '.git', GIT_INDEX_FILE: '.git/index' } },
  'without git': { args: ['check', '--since', 'live'], env: { PATH: '/nowhere' } },
  types: ['types'],
  'types for zod': ['types', '--target', 'zod', '--schema', 'public'],
  'types into a file': ['types', '--target', 'rust', '--out', 'types.rs'],
  'stale types': ['types', '--check', 'stale.ts'],
  schema: ['schema', '--format', 'sql'],
  contract: ['contract', 'init'],
  parse: { args: ['parse', '-', '--format', 'json'], input: 'select 1; drop table a;' },
  rules: ['rules', '--format', 'json'],
  explain: ['explain', 'rls/enabled-on-create'],
  'explain nothing': ['explain', 'rls/nonsense'],
  'a workflow': ['init', 'github'],
  completions: ['completions', 'bash'],
  man: ['man', 'check'],
};

/** A repository with a commit `live`, and after it one migration that is staged and one that git does not know. */
function repository() {
  const folder = temporary('repository');
  fs.cpSync(path.join(project, 'examples', 'broken'), folder, { recursive: true });
  const write = (name, text) => fs.writeFileSync(path.join(folder, name), text);
  const git = (...args) => assert.equal(spawnSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.com', ...args], { cwd: folder }).status, 0);
  fs.mkdirSync(path.join(folder, 'supabase', 'functions'));
  fs.symlinkSync(path.join(folder, migrations), path.join(folder, 'linked'));
  write('strict.toml', 'preset = "strict"\n[rules]\n"rls/*" = "off"\n');
  write('wrong.toml', 'presets = "strict"\n');
  write('stale.ts', 'export type Json = never\n');
  write('.pgdryignore', '*_vacuum.sql\n');
  write('.gitignore', '*_draft.sql\n');
  write(`${migrations}/20250301000000_draft.sql`, 'select 1;\n');
  git('init', '--quiet');
  git('add', '--all');
  git('commit', '--quiet', '--message', 'x');
  git('tag', 'live');
  write(first, `${fs.readFileSync(path.join(folder, first), 'utf8')}\nselect 2;\n`);
  write(`${migrations}/20250302000000_staged.sql`, 'create table public.staged (id bigint primary key);\n');
  git('add', '--all');
  write(`${migrations}/20250303000000_new.sql`, 'alter table public.staged add column n int not null;\n');
  return folder;
}

/** The texts of the files of a folder, but for git's. */
function filesOf(folder) {
  const names = fs.readdirSync(folder, { recursive: true }).filter((name) => !/^(\.git|linked)(\/|$)/.test(name)).sort();
  return Object.fromEntries(names.filter((name) => fs.statSync(path.join(folder, name)).isFile()).map((name) => [name, fs.readFileSync(path.join(folder, name), 'utf8')]));
}

describe('as the native command', () => {
  let pristine;
  let pristineFiles;
  let folder;
  before(() => {
    pristine = repository();
    pristineFiles = filesOf(pristine);
    folder = temporary('copy');
  });

  for (const [name, given] of Object.entries(commands)) {
    test(name, () => {
      const { args, input, env, folder: below = '.' } = Array.isArray(given) ? { args: given } : given;
      const run = (command, ...before) => {
        // Both at the same place, as it stands in what they say.
        fs.rmSync(folder, { recursive: true });
        fs.cpSync(pristine, folder, { recursive: true, verbatimSymlinks: true });
        const whole = args.map((arg) => (arg.absolute === undefined ? arg : path.join(folder, arg.absolute)));
        const ran = spawnSync(command, [...before, ...whole], { cwd: path.join(folder, below), input, env: { ...process.env, ...env }, encoding: 'utf8', maxBuffer: 1 << 28 });
        const changed = Object.entries(filesOf(folder)).filter(([file, text]) => pristineFiles[file] !== text);
        return { status: ran.status, stdout: ran.stdout, stderr: ran.stderr, changed };
      };
      const expected = run(native);
      assert.notEqual(expected.status, null);
      assert.deepEqual(run(process.execPath, ...script), expected);
    });
  }
});

test('--watch checks again when a file changes', { timeout: 60_000 }, async () => {
  const folder = repository();
  const watching = spawn(process.execPath, [...script, 'check', '--watch', '--statistics'], { cwd: folder });
  const said = { stdout: '', stderr: '' };
  const until = async (stream, pattern) => {
    while (!pattern.test(said[stream])) await new Promise((done) => setTimeout(done, 50));
  };
  for (const stream of ['stdout', 'stderr']) watching[stream].setEncoding('utf8').on('data', (text) => (said[stream] += text));
  try {
    await until('stdout', /rls\/enabled-on-create/);
    fs.writeFileSync(path.join(folder, migrations, '20250304000000_late.sql'), 'select 1;\n');
    await until('stderr', /^pgdry: changed: supabase\/migrations\/20250304000000_late\.sql$/m);
  } finally {
    watching.kill('SIGINT');
  }
  const [, signal] = await new Promise((done) => watching.on('exit', (...how) => done(how)));
  assert.equal(signal, 'SIGINT');
});
