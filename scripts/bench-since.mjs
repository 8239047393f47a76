// node scripts/bench-since.mjs [--files N] [--new N] [--runs N] [--squawk COMMAND] [--keep FOLDER]
// Time and memory of `pgdry check --since` in a git repository with 4,000 migrations, of which the ref lacks the newest 20, beside squawk (if it is on
// the PATH or named) on the same files. PGDRY names the pgdry to measure [target/release/pgdry].
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { parseArgs } from 'node:util';
import { project } from '../tests/support/pgdry.mjs';

const { values } = parseArgs({
  options: {
    files: { type: 'string', default: '4000' },
    new: { type: 'string', default: '20' },
    runs: { type: 'string', default: '5' },
    squawk: { type: 'string', default: 'squawk' },
    keep: { type: 'string' },
  },
});
const [files, fresh, runs] = [values.files, values.new, values.runs].map(Number);
const pgdry = path.resolve(process.env.PGDRY ?? path.join(project, 'target', 'release', 'pgdry'));

// Runs a command and prints what the kernel counted: seconds on the clock, seconds of all its threads and children, the largest resident set.
const METER = `
import json, os, resource, sys, time
began = time.monotonic()
pid = os.posix_spawn(sys.argv[1], sys.argv[1:], os.environ, file_actions=[(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)])
_, status, usage = os.wait4(pid, 0)
print(json.dumps(dict(wall=time.monotonic() - began, cpu=usage.ru_utime + usage.ru_stime, rss=usage.ru_maxrss / 1024, status=os.waitstatus_to_exitcode(status))))
`;

const top = values.keep ?? fs.mkdtempSync(path.join(os.tmpdir(), 'pgdry-since-'));
try {
  const names = generate(path.join(top, 'supabase', 'migrations'));
  const bytes = names.reduce((sum, name) => sum + fs.statSync(path.join(top, name)).size, 0);
  console.log(`${names.length} files, ${(bytes / 1e6).toFixed(1)} MB, ${names.length - fresh} of them on the ref; the median of ${runs} runs\n`);
  verify();
  console.log(`${''.padEnd(44)} ${'time'.padStart(9)} ${'CPU'.padStart(9)} ${'memory'.padStart(9)}`);
  row('pgdry check --since live', pgdry, ['check', '--since', 'live', '--fail-on', 'never']);
  row('pgdry check', pgdry, ['check', '--fail-on', 'never']);
  row('pgdry check --staged, one file staged', pgdry, ['check', '--staged', '--fail-on', 'never']);
  const squawk = which(values.squawk);
  if (squawk) {
    row('squawk, all files', squawk, names);
    row(`squawk, the ${fresh} new files`, squawk, names.slice(-fresh));
  } else {
    console.log(`(${values.squawk} is not there)`);
  }
} finally {
  if (!values.keep) fs.rmSync(top, { recursive: true });
}

/** The repository: the tag `live` on the older files, the newer ones in the commit after it, one change staged. */
function generate(folder) {
  if (fs.existsSync(folder)) throw new Error(`${top} is not empty`);
  fs.mkdirSync(folder, { recursive: true });
  const git = (...args) => {
    const identity = ['-c', 'user.name=t', '-c', 'user.email=t@example.com', '-c', 'commit.gpgsign=false', '-c', 'gc.auto=0'];
    const run = spawnSync('git', [...identity, ...args], { cwd: top, encoding: 'utf8' });
    if (run.status !== 0) throw new Error(`git ${args.join(' ')}: ${run.stderr}`);
  };
  git('init', '--quiet', '--initial-branch', 'main');
  const names = [];
  for (let n = 1; n <= files; n++) {
    const at = new Date(Date.UTC(2018, 0, 1) + n * 15 * 3600e3).toISOString().replace(/\D/g, '').slice(0, 14);
    const { name, sql } = migration(n);
    names.push(`supabase/migrations/${at}_${name}.sql`);
    fs.writeFileSync(path.join(top, names.at(-1)), sql);
    if (n === files - fresh) {
      git('add', '--all');
      git('commit', '--quiet', '--message', 'live');
      git('tag', 'live');
    }
  }
  git('add', '--all');
  git('commit', '--quiet', '--message', 'new');
  fs.appendFileSync(path.join(top, names.at(-1)), `comment on table public.t1 is 'staged';\n`);
  git('add', '--all');
  return names;
}

/** A figure of a chain that does not apply would say nothing. */
function verify() {
  const run = spawnSync(pgdry, ['check', '--since', 'live', '--fail-on', 'never', '--format', 'json'], { cwd: top, maxBuffer: 1 << 30 });
  if (run.status !== 0) throw new Error(`${pgdry}: ${run.error ?? run.stderr}`);
  const { summary, findings, uncertain } = JSON.parse(run.stdout);
  const refused = findings.filter((finding) => finding.sqlstate);
  if (summary.files !== files || refused.length > 0 || uncertain.length > 0) {
    throw new Error(`the chain does not apply: ${JSON.stringify(refused[0] ?? uncertain[0] ?? summary)}`);
  }
  const locks = findings.filter((finding) => finding.rule.startsWith('lock/'));
  const older = locks.filter((finding) => !isNew(finding.file));
  if (locks.length === 0 || older.length > 0) throw new Error(`what is live is not judged: ${JSON.stringify(older[0] ?? summary)}`);
  console.log(`pgdry: ${summary.statements} statements, ${findings.length} findings, ${locks.length} of them of locks that the new files take`);
}

function isNew(file) {
  const names = fs.readdirSync(path.join(top, 'supabase', 'migrations')).sort();
  return names.slice(-fresh).includes(path.basename(file));
}

function row(what, command, args) {
  const measured = [];
  for (let run = 0; run < runs; run++) {
    const meter = spawnSync('python3', ['-c', METER, command, ...args], { cwd: top, encoding: 'utf8' });
    if (meter.status !== 0) throw new Error(`${what}: ${meter.stderr}`);
    measured.push(JSON.parse(meter.stdout));
  }
  // 1: there are findings.
  const failed = measured.find((run) => run.status > 1 || run.status < 0);
  if (failed) throw new Error(`${what} exited ${failed.status}`);
  const median = (key) => measured.map((run) => run[key]).sort((a, b) => a - b)[Math.floor(runs / 2)];
  const seconds = (key) => `${median(key).toFixed(2)} s`.padStart(9);
  console.log(`${what.padEnd(44)} ${seconds('wall')} ${seconds('cpu')} ${`${median('rss').toFixed(0)} MiB`.padStart(9)}`);
}

function which(command) {
  const folders = command.includes('/') ? [''] : process.env.PATH.split(':');
  return folders.map((folder) => path.resolve(folder, command)).find((file) => fs.existsSync(file));
}

/** What a project's days bring: of ten migrations three make a table, the others change what is there. */
function migration(n) {
  // One of the three tables that the ten before made.
  const ten = Math.floor((n - 1) / 10) - 1;
  const last = ten < 0 ? 't1' : `t${ten * 10 + [1, 5, 8][n % 3]}`;
  const kinds = [makeTable, addColumn, addIndex, changePolicy, makeTable, replaceFunction, addConstraint, makeTable, backfill, changeType];
  return kinds[(n - 1) % 10](n, last);
}

function makeTable(n, other) {
  const reference = n === 1 ? '' : `    ${other}_id uuid references public.${other} (id) on delete cascade,\n`;
  const index = n === 1 ? '' : `create index t${n}_${other}_id_idx on public.t${n} (${other}_id);\n`;
  return {
    name: `create_t${n}`,
    sql: `-- What step ${n} is about
create table public.t${n} (
    id uuid primary key default gen_random_uuid(),
    owner_id uuid not null default auth.uid() references auth.users (id) on delete cascade,
${reference}    title text not null check (length(title) between 1 and 200),
    state text not null default 'draft' check (state in ('draft', 'open', 'closed')),
    amount numeric(12, 2) not null default 0,
    position integer not null default 0,
    meta jsonb not null default '{}'::jsonb,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
);

alter table public.t${n} enable row level security;

create policy "owners read t${n}" on public.t${n} for select to authenticated using (owner_id = (select auth.uid()));
create policy "owners write t${n}" on public.t${n} for update to authenticated
    using (owner_id = (select auth.uid())) with check (owner_id = (select auth.uid()));

create index t${n}_owner_id_idx on public.t${n} (owner_id);
${index}`,
  };
}

function addColumn(n, table) {
  return {
    name: `add_extra_to_${table}`,
    sql: `alter table public.${table} add column extra_${n} text;\ncomment on column public.${table}.extra_${n} is 'added by step ${n}';\n`,
  };
}

function addIndex(n, table) {
  return { name: `index_${table}_state`, sql: `create index ${table}_state_${n}_idx on public.${table} (state, created_at desc);\n` };
}

function changePolicy(n, table) {
  return {
    name: `open_${table}`,
    sql: `drop policy if exists "owners read ${table}" on public.${table};
create policy "owners read ${table}" on public.${table} for select to authenticated
    using (owner_id = (select auth.uid()) or state = 'open');
`,
  };
}

function replaceFunction(n, table) {
  return {
    name: `touch_${table}`,
    sql: `create or replace function public.touch() returns trigger language plpgsql set search_path = '' as $$
begin
    new.updated_at := now();
    return new;
end
$$;

create or replace trigger touch before update on public.${table} for each row execute function public.touch();
`,
  };
}

function addConstraint(n, table) {
  return { name: `check_${table}_amount`, sql: `alter table public.${table} add constraint amount_${n} check (amount >= 0);\n` };
}

function backfill(n, table) {
  return { name: `backfill_${table}`, sql: `update public.${table} set meta = meta || '{"step": ${n}}'::jsonb where state = 'draft';\n` };
}

function changeType(n, table) {
  return { name: `widen_${table}_position`, sql: `alter table public.${table} alter column position type bigint;\n` };
}
