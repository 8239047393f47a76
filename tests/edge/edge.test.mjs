// One list of requests, over real HTTP, to every deployment on its own runtime.
import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { auth, issuer, keySet, secret, token } from './cases-auth.mjs';
import { bodies, good, marker } from './cases-good.mjs';
import { hostile } from './cases-hostile.mjs';
import { send, sendRaw } from './http.mjs';
import { buildAll, runtimes, start } from './servers.mjs';
import { startSupabase } from './storage.mjs';
import { testUploads } from './uploads.mjs';

const serviceKey = 'the-service-key-of-the-tests';
/** No answer to a request that is wrong takes longer. */
const SOON = 2000;

let folder;
let supabase;
before(async () => {
  [folder, supabase] = await Promise.all([buildAll(), startSupabase(serviceKey)]);
  supabase.keys = keySet;
});
after(() => {
  supabase.close();
  fs.rmSync(folder, { recursive: true });
});

function environments() {
  const common = { PGDRY_MAX_WORK_MS: '60000' };
  const storage = { SUPABASE_URL: supabase.url, SUPABASE_SERVICE_ROLE_KEY: serviceKey, PGDRY_BUCKETS: 'migrations', PGDRY_REPORT_TABLE: 'upload_reports' };
  return {
    open: { ...common, ...storage, PGDRY_AUTH: 'none', PGDRY_CORS: 'https://app.example.com https://other.example.com' },
    hasty: { ...common, PGDRY_AUTH: 'none', PGDRY_MAX_READ_MS: '700' },
    bearer: { ...common, PGDRY_AUTH: 'bearer', PGDRY_TOKEN: `${token} the-second-token-0123456789` },
    jwt: { ...common, PGDRY_AUTH: 'jwt', PGDRY_JWT_SECRET: secret, PGDRY_JWT_ISSUER: issuer },
    jwks: { ...common, PGDRY_AUTH: 'jwt', PGDRY_JWKS_URL: `${supabase.url}/auth/v1/.well-known/jwks.json`, PGDRY_JWT_ISSUER: issuer },
  };
}

async function run(servers, { server = 'open', path, raw, closes = false, or, status, problem, answers = {}, brief, test: more, ...request }) {
  const url = servers.url(server) + path;
  let answer = raw === undefined ? await send(url, request) : await sendRaw(url, raw);
  // A busy machine is no slow program.
  for (let tries = 0; tries < 3 && answer.milliseconds >= SOON; tries++) answer = raw === undefined ? await send(url, request) : await sendRaw(url, raw);
  if (closes && answer.status === 0) return;
  if (closes) assert.ok(answer.status === or || answer.status >= 400 && answer.status < 500, `status ${answer.status}`);
  else assert.equal(answer.status, status, answer.text);
  if (answer.status >= 400 && answer.status !== 422) assert.ok(answer.milliseconds < SOON, `${answer.milliseconds} ms`);
  if (problem !== undefined) {
    assert.equal(answer.headers.get('content-type'), 'application/problem+json');
    const body = JSON.parse(answer.text);
    assert.equal(body.type, `urn:pgdry:problem:${problem}`);
    assert.equal(body.status, status);
    assert.ok(body.title !== '' && body.detail !== '');
  }
  for (const [name, value] of Object.entries(answers)) {
    if (value instanceof RegExp) assert.match(answer.headers.get(name), value);
    else assert.equal(answer.headers.get(name), value);
  }
  if (brief !== undefined) assert.equal(JSON.parse(answer.text).migrations.rls.without === undefined, brief);
  more?.(answer);
}

for (const runtime of runtimes) {
  describe(runtime, () => {
    let servers;
    before(async () => {
      servers = await start(runtime, folder, environments());
      // What compiles while the first requests are answered is no part of what the others take.
      for (let i = 0; i < 5; i++) await send(`${servers.url('open')}/check`, { headers: { 'content-type': 'application/json' }, body: JSON.stringify({ files: bodies.broken }) });
    });
    after(() => servers.stop());

    for (const [group, cases] of Object.entries({ ...good, ...hostile, ...auth })) {
      describe(group, () => {
        for (const each of cases) test(each.name, () => run(servers, each));
      });
    }
    describe('/on-upload', () => testUploads(() => ({ url: servers.url('open'), supabase })));

    test('the log has a line for each request, and nothing of what was sent', () => {
      const log = servers.logs();
      assert.match(log, /"method":"POST","route":"\/check","status":422,"milliseconds":\d+/);
      for (const text of [marker, token, secret, serviceKey, 'eyJ', 'Set-Cookie', '.sql', 'create ']) assert.ok(!log.includes(text), `the log has ${text}`);
    });
  });

  describe(`${runtime}, when the validator traps`, () => {
    let servers;
    const check = (text) => send(`${servers.url('open')}/check`, { headers: { 'content-type': 'text/plain' }, body: text });
    before(async () => {
      servers = await start(runtime, folder, { open: { PGDRY_AUTH: 'none' }, hurried: { PGDRY_AUTH: 'none', PGDRY_MAX_WORK_MS: '1' } }, { trapping: true });
    });
    after(() => servers.stop());

    test('that request is lost, and no other', async () => {
      const texts = Array.from({ length: 40 }, (_, i) => (i % 8 === 3 ? `-- trap ${i}\nselect ${i};` : `create table public.t${i} (id bigint);`));
      const answers = await Promise.all(texts.map(check));
      answers.forEach(({ status, text }, i) => {
        if (i % 8 !== 3) {
          assert.equal(status, 422);
          assert.match(text, new RegExp(`table \`public.t${i}\` is created without row level security`));
        } else {
          assert.equal(status, 500);
          assert.equal(JSON.parse(text).type, 'urn:pgdry:problem:trap');
        }
      });
      assert.match(servers.logs(), /"status":500,"milliseconds":\d+,"problem":"trap"/);
    });

    test('a chain that takes too long is given up', async () => {
      const { status, text } = await send(`${servers.url('hurried')}/check`, { headers: { 'content-type': 'application/json' }, body: JSON.stringify({ files: bodies.aias }) });
      assert.deepEqual([status, JSON.parse(text).type], [413, 'urn:pgdry:problem:too-much-work']);
    });

    test('of a panic the log says where it was, and not what it was about', async () => {
      assert.equal((await check(`-- panic ${marker}`)).status, 200);
      await check('select 1;');
      assert.match(servers.logs(), /pgdry: panicked at src\/lexer\.rs:12:5/);
      assert.ok(!servers.logs().includes(marker));
    });
  });
}

describe('the function with the module in a script', () => {
  for (const runtime of ['deno-2.1.4', 'deno-2.9.6']) {
    test(runtime, async () => {
      const servers = await start(runtime, folder, environments(), { inlined: true });
      try {
        for (const each of [...good['/check'].slice(0, 8), ...good.others, ...auth['a bearer token']]) await run(servers, each);
      } finally {
        await servers.stop();
      }
    });
  }
});
