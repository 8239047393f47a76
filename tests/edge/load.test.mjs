// The short version of scripts/edge-bench.mjs: what a worker weighs, and that under load no answer is lost or another's.
import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { buildWorker } from '../../edge/build.mjs';
import { send } from './http.mjs';
import { load, mixture } from './load.mjs';
import { buildAll, runtimes, start } from './servers.mjs';

const SCRIPT_GZIP = 60_000;
const KEPT = 32 * 1024 * 1024;

let folder;
before(async () => {
  folder = await buildAll();
});
after(() => fs.rmSync(folder, { recursive: true }));

test('beside the module a worker has at most 60 KB of script, packed', async () => {
  // As it is in the repository: without migrations to carry.
  await buildWorker({ out: path.join(folder, 'empty') });
  const script = gzipSync(fs.readFileSync(path.join(folder, 'empty', 'worker.js')), { level: 9 }).length;
  assert.ok(script <= SCRIPT_GZIP, `${script} bytes`);
});

describe('200 requests of 8 kinds, 50 at a time', () => {
  const kinds = mixture();
  for (const runtime of runtimes) {
    test(runtime, async () => {
      const servers = await start(runtime, folder, { open: { PGDRY_AUTH: 'none', PGDRY_MAX_WORK_MS: '60000' } });
      try {
        const { lost, wrong } = await load(`${servers.url('open')}/check`, 200, 50, kinds, 5);
        assert.deepEqual({ lost, wrong }, { lost: 0, wrong: 0 });
        const { memoryBytes } = JSON.parse((await send(`${servers.url('open')}/healthz`, { method: 'GET' })).text);
        assert.ok(memoryBytes > 0 && memoryBytes <= KEPT, `${memoryBytes} bytes of WebAssembly memory`);
      } finally {
        await servers.stop();
      }
    });
  }
});
