// What the rules say of policies is what a real server does: which ones it refuses with 42P17, and whom random conditions let at which rows.
import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { check } from '../support/pgdry.mjs';
import { startServer } from './server.mjs';

let server;
let folder;
before(async () => {
  server = await startServer();
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'pgdry-policies-'));
  fs.chmodSync(folder, 0o755);
});
after(async () => {
  await server?.stop();
  if (folder !== undefined) fs.rmSync(folder, { recursive: true, force: true });
});

const TABLES = `create table t (id int, org int, owner uuid);
create table u (id int);
alter table t enable row level security;
grant all on t, u to anon, authenticated;
`;
const QUERIES = ['t', 'u'].flatMap((table) => [
  `select * from ${table}`,
  `insert into ${table} (id) values (1)`,
  `update ${table} set id = 1`,
  `delete from ${table}`,
]);

const RECURSION = [
  'create policy p on t for select to authenticated using (exists (select 1 from t x where x.id = t.org))',
  // Its own policies for SELECT have no subquery, or have one.
  'create policy s on t for select using (true); create policy p on t for insert with check (exists (select 1 from t x where x.id = org))',
  'create policy s on t for select using ((select auth.uid()) = owner); create policy p on t for insert with check (exists (select 1 from t x where x.id = org))',
  'create policy s on t for select using (id in (select id from u)); create policy p on t for insert with check (exists (select 1 from t x where x.id = org))',
  'create policy s on t for select using (true); create policy p on t for update using (exists (select 1 from t x where x.id = t.org))',
  'create policy s on t for select using (owner = (select auth.uid())); create policy p on t for update using (exists (select 1 from t x where x.id = t.org))',
  // The subquery stands in WITH CHECK.
  'create policy s on t for all using (owner = auth.uid()) with check (id in (select id from t))',
  'create policy s on t for select using (true); create policy p on t for update using (true) with check (exists (select 1 from t))',
  // Two tables.
  'alter table u enable row level security; create policy s on t for select using (id in (select id from u)); create policy s on u for select using (exists (select 1 from t))',
  'create policy s on t for select using (id in (select id from u)); create policy s on u for select using (exists (select 1 from t))',
  'alter table u enable row level security; create policy s on t for select to authenticated using (id in (select id from u)); create policy s on u for select to service_role using (exists (select 1 from t))',
  'alter table u enable row level security; create policy s on t for select using (id in (select id from u)); create policy s on u for select using (true); create policy i on u for insert with check (exists (select 1 from t))',
  'alter table u enable row level security; create policy s on t for select using (owner = (select auth.uid())); create policy us on u for select using (exists (select 1 from t)); create policy p on t for update using (exists (select 1 from u x where x.id = t.org))',
  // Views and functions.
  'create view v as select * from t; grant select on v to authenticated; create policy s on t for select using (id in (select id from v))',
  'create view v with (security_invoker) as select * from t; grant select on v to authenticated; create policy s on t for select using (id in (select id from v))',
  'create view v with (security_invoker) as select * from u; alter table u enable row level security; create policy uu on u for select using (id in (select id from t)); grant select on v to authenticated; create policy s on t for select using (id in (select id from v))',
  "create function f() returns setof int language sql security definer as 'select id from t'; create policy s on t for select using (id in (select f()))",
  // Restrictive ones count where a permissive one lets the command in.
  'create policy a on t for select using (true); create policy s on t as restrictive for select using (id in (select id from t))',
  'create policy s on t as restrictive for select using (id in (select id from t))',
  // A name of WITH, and a child table.
  'create policy s on t for select using (id in (with t as (select id from u) select id from t))',
  'create table c () inherits (t); alter table c enable row level security; grant all on c to authenticated; create policy s on t for select using (exists (select 1 from c)); create policy s on c for select using (exists (select 1 from t))',
];

describe('recursion', () => {
  before(() => server.createDatabase('recursion'));
  RECURSION.forEach((sql, i) => {
    test(sql, async () => {
      const schema = `set search_path = case${i};\n`;
      const file = write('recursion.sql', `create schema case${i};\ngrant usage on schema case${i} to anon, authenticated;\n${schema}${TABLES}${sql};\n`);
      const queries = write('queries.sql', `${schema}set role authenticated;\n${QUERIES.join(';\n')};\n`);
      const errors = [];
      for (const one of [file, queries]) errors.push(...(await server.applyFile('recursion', folder, path.basename(one))));
      const refused = errors.some((error) => error.sqlstate === '42P17');
      const reported = check([file]).findings.some((finding) => finding.rule === 'rls/recursive-policy');
      assert.equal(reported, refused, errors.map((error) => error.message).join('\n'));
    });
  });
});

const OTHER = '00000000-0000-0000-0000-00000000000a';
const SELF = '00000000-0000-0000-0000-00000000000b';
/** What auth.* does on Supabase; the oracle's base has stubs. */
const SESSION = `create or replace function auth.jwt() returns jsonb language sql stable as
  $$ select coalesce(nullif(current_setting('request.jwt.claim', true), ''), nullif(current_setting('request.jwt.claims', true), ''))::jsonb $$;
create or replace function auth.uid() returns uuid language sql stable as $$ select (auth.jwt() ->> 'sub')::uuid $$;
create or replace function auth.role() returns text language sql stable as $$ select auth.jwt() ->> 'role' $$;
create or replace function auth.email() returns text language sql stable as $$ select auth.jwt() ->> 'email' $$;
`;
const ROWS = `select o, h, w, r from (values (true), (false), (null)) as o (o), (values (true), (false), (null)) as h (h),
  (values ('${OTHER}'::uuid), (null)) as w (w), (values ('anon'), ('authenticated'), ('owner'), ('else'), (null)) as r (r)`;

/** Conditions whose atoms do not hang together in ways that the formulas do not know. */
const ATOMS = [
  'open', 'hidden is true', 'hidden is not null', 'open is null', 'not hidden', 'open = true', 'open is not false', 'coalesce(open, false)',
  "role = 'owner'", "role <> 'anon'", "role in ('anon', 'owner')", "role is null", "role = any (array['authenticated', 'owner'])",
  'user_id = auth.uid()', '(select auth.uid()) = user_id', 'user_id is null', 'auth.uid() is not null', 'auth.uid() is null',
  "auth.role() = 'authenticated'", "(select auth.role()) = 'anon'", "auth.role() in ('authenticated', 'service_role')",
  "(auth.jwt() ->> 'sub')::uuid = user_id", "auth.jwt() ->> 'email' = role", "current_user = 'anon'", 'true', 'false', 'null',
];

describe('conditions', () => {
  test('random ones let in whom the rules say', async () => {
    const next = random(20250717);
    const condition = (depth) => {
      const kind = depth === 0 ? 0 : next(5);
      if (kind <= 1) return ATOMS[next(ATOMS.length)];
      if (kind === 2) return `not (${condition(depth - 1)})`;
      if (next(8) === 0) return `case when ${condition(depth - 1)} then ${condition(depth - 1)} else ${condition(depth - 1)} end`;
      return `(${condition(depth - 1)} ${kind === 3 ? 'and' : 'or'} ${condition(depth - 1)})`;
    };
    const conditions = Array.from({ length: 300 }, () => condition(3));
    const tables = conditions.map(
      (text, i) => `create table c${i} (open boolean, hidden boolean, user_id uuid, role text);
alter table c${i} enable row level security;
create policy s on c${i} for select to anon, authenticated using (true);
create policy d on c${i} for delete ${i % 2 === 0 ? '' : 'to authenticated '}using (${text});
`,
    );
    const file = write('conditions.sql', tables.join(''));
    const rows = write('rows.sql', conditions.map((_, i) => `insert into c${i} ${ROWS};\n`).join(''));
    const session = write('session.sql', SESSION);
    await server.createDatabase('conditions');
    for (const one of [session, file, rows]) {
      assert.deepEqual(await server.applyFile('conditions', folder, path.basename(one)), []);
    }
    const anon = await deleted('anon', '{"role": "anon"}', conditions, '');
    const claims = `{"role": "authenticated", "sub": "${SELF}", "email": "a@example.com"}`;
    const user = await deleted('authenticated', claims, conditions, 'where user_id is not null');
    const { findings } = check([write('pgdry.sql', tables.join(''))]);
    const has = (rule, i) => findings.some((f) => f.rule === rule && f.object === `public.c${i}` && /`d`/.test(f.message));
    const wrong = conditions.flatMap((text, i) => {
      const everybody = has('rls/always-true', i);
      const said = [];
      if (!everybody && has('rls/anon-write', i) !== anon[i] > 0) said.push(`anon deletes ${anon[i]} rows`);
      if (has('rls/owner-isolation', i) && user[i] === 0) said.push('no user deletes rows of others');
      if (has('rls/inverted-auth-check', i) && anon[i] === 0 && user[i] === 0) said.push('the inverted check lets nobody in');
      return said.map((what) => `${text}: ${what}`);
    });
    assert.deepEqual(wrong, []);
    const count = (rule) => conditions.filter((_, i) => has(rule, i)).length;
    assert.ok(count('rls/anon-write') > 50 && count('rls/owner-isolation') > 20, 'the conditions are not all alike');
  });
});

/** How many rows of each table a role with these claims deletes; the rows stay. */
async function deleted(role, claims, conditions, where) {
  const counts = conditions.map((_, i) => `with d as (delete from c${i} ${where} returning 1) select count(*) from d;`);
  const sql = `begin; set local role ${role}; set local request.jwt.claims = '${claims}'; ${counts.join(' ')} rollback;`;
  return (await server.query('conditions', sql)).filter((line) => /^\d+$/.test(line)).map(Number);
}

function write(name, text) {
  const file = path.join(folder, name);
  fs.writeFileSync(file, text);
  return file;
}

/** Whole numbers below a bound, the same in every run. */
function random(seed) {
  let state = seed;
  return (bound) => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    return (state >>> 8) % bound;
  };
}
