// The recipes of edge/README.md: what they name is there, and their platforms' own tools take it.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import * as fs from 'node:fs';
import { createServer } from 'node:http';
import * as os from 'node:os';
import * as path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { parse } from '../../edge/node_modules/smol-toml/dist/index.js';
import { buildNode } from '../../edge/build.mjs';
import * as engine from '../../pkg/node.js';
import { project } from '../support/pgdry.mjs';
import { jose } from './packages.mjs';
import { send } from './http.mjs';
import { buildAll, programs, start } from './servers.mjs';

const edge = path.join(project, 'edge');
let folder;
before(async () => {
  folder = await buildAll();
});
after(() => fs.rmSync(folder, { recursive: true }));

async function run(program, args, { cwd = project, env = {} } = {}) {
  const child = spawn(program, args, { cwd, env: { PATH: process.env.PATH, HOME: os.tmpdir(), ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (output += text));
  const [status] = await once(child, 'close');
  return { status, output };
}

describe('Supabase', () => {
  const { functions } = parse(fs.readFileSync(path.join(edge, 'supabase', 'config.toml'), 'utf8'));
  for (const [name, settings] of Object.entries(functions)) {
    test(`config.toml: ${name}`, () => {
      assert.deepEqual(Object.keys(settings).filter((key) => !['enabled', 'verify_jwt', 'import_map', 'entrypoint', 'static_files'].includes(key)), []);
      assert.equal(settings.verify_jwt, false);
      for (const file of [settings.import_map, settings.entrypoint]) assert.ok(fs.existsSync(path.join(edge, 'supabase', file)), file);
      // What the static files stand for is beside the entry point once it is built.
      const built = fs.readdirSync(path.join(folder, 'functions', name));
      assert.equal(built.some((file) => file.endsWith('.wasm')), settings.static_files !== undefined);
      assert.deepEqual(settings.static_files ?? [], settings.static_files ? [`./functions/${name}/*.wasm`] : []);
    });
    test(`${name}: within what Supabase bundles on its server`, () => {
      const bytes = fs.readdirSync(path.join(folder, 'functions', name)).reduce((sum, file) => sum + fs.statSync(path.join(folder, 'functions', name, file)).size, 0);
      assert.ok(bytes < 5_000_000, `${bytes} bytes`);
    });
  }
});

test('Supabase: deno check', async () => {
  const entries = ['pgdry', 'pgdry-inlined'].map((name) => {
    for (const file of fs.readdirSync(path.join(edge, 'supabase', 'functions', name)).filter((file) => file.endsWith('.d.ts'))) {
      fs.copyFileSync(path.join(edge, 'supabase', 'functions', name, file), path.join(folder, 'functions', name, file));
    }
    return path.join(folder, 'functions', name, 'index.ts');
  });
  // The version of Supabase's runtime; in the newest it takes five times as long.
  const { status, output } = await run(programs['deno-2.1.4'], ['check', ...entries], { env: { DENO_DIR: path.join(folder, 'deno'), NO_COLOR: '1' } });
  assert.equal(status, 0, output);
});

test('Cloudflare: wrangler deploy --dry-run', async () => {
  const wrangler = path.join(project, 'tests', 'node_modules', 'wrangler', 'bin', 'wrangler.js');
  const out = path.join(folder, 'wrangler');
  const { status, output } = await run(process.execPath, [wrangler, 'deploy', '--dry-run', '--outdir', out], {
    cwd: path.join(edge, 'cloudflare'),
    env: { CI: 'true', WRANGLER_SEND_METRICS: 'false', NO_COLOR: '1' },
  });
  assert.equal(status, 0, output);
  assert.match(output, /env\.PGDRY_AUTH \("bearer"\)/);
  assert.doesNotMatch(output, /warning/i);
  assert.ok(fs.readdirSync(out).some((file) => file.endsWith('.wasm')), output);
});

test('Node: a server of your own', async () => {
  const file = path.join(folder, 'embed.mjs');
  await buildNode({ out: file, entry: 'embed.ts' });
  const { createHandler, listener } = await import(file);
  await engine.init();
  const lines = [];
  const server = createServer(listener(createHandler({ engine, env: { PGDRY_AUTH: 'none', PGDRY_BASE_PATH: '/migrations/' }, log: (entry) => lines.push(entry) })));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    const url = `http://127.0.0.1:${server.address().port}/migrations/check`;
    assert.equal((await send(url, { headers: { 'content-type': 'text/plain' }, body: 'create schema app;' })).status, 200);
    assert.deepEqual(lines.map(({ route, status }) => [route, status]), [['/check', 200]]);
  } finally {
    server.closeAllConnections();
    server.close();
  }
});

describe('an environment that says too little', () => {
  const refused = {
    'nothing of who may call': [{}, /PGDRY_AUTH says who may call/],
    'another word': [{ PGDRY_AUTH: 'off' }, /PGDRY_AUTH says who may call/],
    'no token': [{ PGDRY_AUTH: 'bearer' }, /needs PGDRY_TOKEN/],
    'a short token': [{ PGDRY_AUTH: 'bearer', PGDRY_TOKEN: 'short' }, /shorter than 16/],
    'no key': [{ PGDRY_AUTH: 'jwt' }, /needs one of PGDRY_JWT_SECRET and PGDRY_JWKS_URL/],
    'an origin with a path': [{ PGDRY_AUTH: 'none', PGDRY_CORS: 'https://example.com/' }, /is no origin/],
    'a limit that is no number': [{ PGDRY_AUTH: 'none', PGDRY_MAX_FILES: 'many' }, /PGDRY_MAX_FILES is a whole number/],
    'buckets without a key': [{ PGDRY_AUTH: 'none', PGDRY_BUCKETS: 'a', SUPABASE_URL: 'http://localhost' }, /needs SUPABASE_SERVICE_ROLE_KEY/],
  };
  test('Node does not start', async () => {
    for (const [env, message] of Object.values(refused)) {
      const { status, output } = await run(process.execPath, [path.join(folder, 'node', 'node.js')], { env });
      assert.equal(status, 1);
      assert.match(output, message);
    }
  });
  test('Deno does not start', async () => {
    for (const version of ['deno-2.1.4', 'deno-2.9.6']) await assert.rejects(start(version, folder, { open: {} }), /PGDRY_AUTH says who may call/);
  });
  test('a worker answers that it is not configured', async () => {
    const servers = await start('workerd', folder, { open: {} });
    try {
      const { status, text } = await send(`${servers.url('open')}/check`, { body: 'select 1;' });
      assert.deepEqual([status, JSON.parse(text).type], [500, 'urn:pgdry:problem:misconfigured']);
      assert.match(servers.logs(), /PGDRY_AUTH says who may call/);
    } finally {
      await servers.stop();
    }
  });
});

test('while the key set cannot be fetched nobody comes in, and it is not said to be the token\'s fault', async () => {
  const { privateKey } = await jose.generateKeyPair('ES256');
  const token = await new jose.SignJWT({ role: 'authenticated' }).setProtectedHeader({ alg: 'ES256', kid: 'one' }).setExpirationTime('1h').sign(privateKey);
  const servers = await start('node', folder, { jwks: { PGDRY_AUTH: 'jwt', PGDRY_JWKS_URL: 'http://127.0.0.1:9/jwks.json' } });
  try {
    const { status, text } = await send(`${servers.url('jwks')}/check`, { headers: { authorization: `Bearer ${token}`, 'content-type': 'text/plain' }, body: 'select 1;' });
    assert.deepEqual([status, JSON.parse(text).type], [503, 'urn:pgdry:problem:keys-unavailable']);
  } finally {
    await servers.stop();
  }
});

test('edge/README.md has every variable of the environment, and no other', () => {
  const readme = fs.readFileSync(path.join(edge, 'README.md'), 'utf8');
  const settings = fs.readFileSync(path.join(edge, 'src', 'settings.ts'), 'utf8');
  const named = (text) => [...new Set(text.match(/\b(PGDRY|SUPABASE)_[A-Z_]+[A-Z]\b/g))].sort();
  assert.deepEqual(named(readme), named(settings));
});
