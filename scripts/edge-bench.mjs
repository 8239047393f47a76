// node scripts/edge-bench.mjs [RUNTIME…]: what the deployments of edge/ cost, on this machine: size, start, time, processor time, memory, load.
import * as fs from 'node:fs';
import * as path from 'node:path';
import { gzipSync } from 'node:zlib';
import { buildWorker } from '../edge/build.mjs';
import { costsOf, load, mixture, post, requests } from '../tests/edge/load.mjs';
import { buildAll, runtimes, start } from '../tests/edge/servers.mjs';

const REQUESTS = Number(process.env.REQUESTS ?? 10_000);
const WARM = Number(process.env.WARM ?? 300);
const STARTS = 5;
const environment = { open: { PGDRY_AUTH: 'none', PGDRY_MAX_WORK_MS: '60000' } };

const chosen = process.argv.slice(2);
const folder = await buildAll();
try {
  await size();
  for (const runtime of runtimes.filter((name) => chosen.length === 0 || chosen.includes(name))) await measure(runtime);
} finally {
  fs.rmSync(folder, { recursive: true });
}

async function size() {
  await buildWorker({ out: path.join(folder, 'empty') });
  const packed = (name) => gzipSync(fs.readFileSync(path.join(folder, 'empty', name)), { level: 9 }).length;
  const [script, module] = [packed('worker.js'), packed('pgdry_bg.wasm')];
  console.log(`worker, gzip: script ${(script / 1000).toFixed(1)} KB, module ${(module / 1024).toFixed(1)} KiB`);
}

async function measure(runtime) {
  console.log(`\n${runtime}`);
  const cold = [];
  for (let i = 0; i < STARTS; i++) {
    const began = performance.now();
    const servers = await start(runtime, folder, environment);
    const ready = performance.now();
    await post(`${servers.url('open')}/check`, requests.same(), i + 1);
    cold.push([performance.now() - began, performance.now() - ready]);
    await servers.stop();
  }
  const [whole, first] = cold.sort((a, b) => a[0] - b[0])[0];
  console.log(`cold: from the process's start to the answer ${whole.toFixed(0)} ms, the first check ${first.toFixed(0)} ms of it (the best of ${STARTS})`);

  const servers = await start(runtime, folder, environment);
  try {
    const [pid] = servers.pids;
    const url = `${servers.url('open')}/check`;
    for (const [kind, request] of Object.entries(requests)) {
      for (let i = 0; i < 100; i++) await post(url, request(-i), 1);
      const times = [];
      const before = costsOf(pid).cpu;
      for (let i = 0; i < WARM; i++) {
        const made = request(i);
        const began = performance.now();
        await post(url, made, 1);
        times.push(performance.now() - began);
      }
      times.sort((a, b) => a - b);
      const cpu = (costsOf(pid).cpu - before) / WARM;
      const at = (part) => times[Math.floor((times.length - 1) * part)].toFixed(1);
      console.log(`warm, ${kind}: p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, least ${at(0)} ms; processor time ${cpu.toFixed(1)} ms a request`);
    }

    const kinds = mixture();
    const memory = async () => (await (await fetch(`${servers.url('open')}/healthz`)).json()).memoryBytes;
    for (let done = 0; done < REQUESTS; done += REQUESTS / 4) {
      const { lost, wrong, seconds } = await load(url, REQUESTS / 4, 50, kinds, 25);
      const rss = costsOf(pid).rss;
      console.log(
        `load, ${done + REQUESTS / 4} requests, 50 at a time: ${lost} lost, ${wrong} wrong, ${(REQUESTS / 4 / seconds).toFixed(0)} a second; ` +
          `WebAssembly memory ${((await memory()) / 2 ** 20).toFixed(1)} MiB, process ${(rss / 2 ** 20).toFixed(0)} MiB`,
      );
    }
  } finally {
    await servers.stop();
  }
}
