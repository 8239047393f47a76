// node scripts/scaling.mjs [--pgdry COMMAND] [--plot FILE]
// How the time of `pgdry check` grows with the number of migrations: generated chains of up to 5,000 files, one core.
// Each file makes a table with policies, indexes and a trigger, and changes tables of before; the plot is an SVG.
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { parseArgs } from 'node:util';
import { project } from '../tests/support/pgdry.mjs';

const { values } = parseArgs({
  options: {
    pgdry: { type: 'string', default: path.join(project, 'target', 'release', 'pgdry') },
    plot: { type: 'string' },
  },
});
const SIZES = [100, 250, 500, 1000, 1500, 2000, 3000, 4000, 5000];
const RUNS = 2;

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'pgdry-scaling-'));
const rows = [];
try {
  let written = 0;
  for (const size of SIZES) {
    while (written < size) writeMigration(++written);
    const times = Array.from({ length: RUNS }, () => check(size));
    const ms = Math.min(...times);
    rows.push({ size, ms, each: ms / size });
    console.log(`${String(size).padStart(5)} migrations ${ms.toFixed(0).padStart(7)} ms ${(ms / size).toFixed(3).padStart(8)} ms each`);
  }
} finally {
  fs.rmSync(folder, { recursive: true });
}
if (values.plot) fs.writeFileSync(values.plot, plot(rows));

function writeMigration(number) {
  const stamp = String(20200101000000 + Math.floor(number / 50) * 1_000_000 + (number % 50) * 100);
  fs.writeFileSync(path.join(folder, `${stamp}_step_${number}.sql`), migration(number));
}

function check(size) {
  const began = performance.now();
  const run = spawnSync(values.pgdry, ['check', folder, '--format', 'json', '--fail-on', 'never'], { maxBuffer: 1 << 30 });
  const took = performance.now() - began;
  if (run.status !== 0) throw new Error(`pgdry exited ${run.status}: ${run.stderr}`);
  const { summary, findings, uncertain } = JSON.parse(run.stdout);
  const refused = findings.filter((finding) => finding.sqlstate);
  if (summary.files !== size || refused.length > 0 || uncertain.length > 0) {
    throw new Error(`the chain of ${size} does not apply: ${JSON.stringify(refused[0] ?? uncertain[0] ?? summary)}`);
  }
  return took;
}

function migration(n) {
  const parent = n > 1 ? `t${Math.max(1, n - 1 - (n % 7))}` : 't1';
  const early = `t${Math.max(1, (n * 7919) % (n + 1))}`;
  return `-- Step ${n}
create type public.state_${n} as enum ('draft', 'open', 'closed');
create table public.t${n} (
    id uuid primary key default gen_random_uuid(),
    owner_id uuid not null default auth.uid() references auth.users (id) on delete cascade,
    parent_id uuid references public.${parent} (id),
    title text not null check (length(title) between 1 and 200),
    state public.state_${n} not null default 'draft',
    amount numeric(12, 2) not null default 0,
    meta jsonb not null default '{}'::jsonb,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
);
alter table public.t${n} enable row level security;
create policy "owners read t${n}" on public.t${n} for select to authenticated using (owner_id = (select auth.uid()));
create policy "owners write t${n}" on public.t${n} for update to authenticated
    using (owner_id = (select auth.uid())) with check (owner_id = (select auth.uid()));
create index t${n}_owner_id_idx on public.t${n} (owner_id);
create index t${n}_parent_id_idx on public.t${n} (parent_id);
create function public.touch_t${n}() returns trigger language plpgsql set search_path = '' as $$
begin
    new.updated_at := now();
    return new;
end
$$;
create trigger touch before update on public.t${n} for each row execute function public.touch_t${n}();
alter table public.${early} add column extra_${n} text;
comment on column public.${early}.extra_${n} is 'added by step ${n}';
do $$
begin
    if not exists (select 1 from pg_policies where schemaname = 'public' and tablename = 't${n}' and policyname = 'all') then
        create policy "all" on public.t${n} for insert to service_role with check (true);
    end if;
end
$$;
grant select on public.t${n} to anon;
`;
}

/** Milliseconds a migration against the number of migrations. */
function plot(rows) {
  const [width, height, left, bottom, top] = [720, 360, 60, 44, 24];
  const highest = Math.ceil(Math.max(...rows.map((row) => row.each)) * 12) / 10;
  const x = (size) => left + (size / SIZES.at(-1)) * (width - left - 20);
  const y = (each) => height - bottom - (each / highest) * (height - bottom - top);
  const text = (at, anchor, words) => `<text x="${at[0].toFixed(1)}" y="${at[1].toFixed(1)}" text-anchor="${anchor}">${words}</text>`;
  const ticks = [0, 0.25, 0.5, 0.75, 1].map((part) => part * highest);
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="system-ui, sans-serif" font-size="13">
<rect width="${width}" height="${height}" fill="#fff"/>
${ticks.map((each) => `<path d="M${left} ${y(each).toFixed(1)}H${width - 20}" stroke="#ddd"/>${text([left - 8, y(each) + 4], 'end', each.toFixed(2))}`).join('\n')}
${[0, 1000, 2000, 3000, 4000, 5000].map((size) => text([x(size), height - bottom + 18], 'middle', size)).join('\n')}
<polyline fill="none" stroke="#2a6fdb" stroke-width="2" points="${rows.map((row) => `${x(row.size).toFixed(1)},${y(row.each).toFixed(1)}`).join(' ')}"/>
${rows.map((row) => `<circle cx="${x(row.size).toFixed(1)}" cy="${y(row.each).toFixed(1)}" r="3" fill="#2a6fdb"/>`).join('\n')}
${text([left, 14], 'start', 'ms for each migration')}
${text([width - 20, height - 8], 'end', 'migrations in the chain')}
</svg>
`;
}
