// Lighthouse on the built site (www/dist), served as a static host would: gzip, and under a path. Prints the scores of the median of three runs; exit 1
// when one is below 95. It takes a machine that does nothing else: four times what a task waits for others is counted as the page's.
//   node scripts/lighthouse/run.mjs [--desktop|--mobile] [--runs=N] [PAGE…]
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { loadavg } from 'node:os';
import * as path from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { launch } from 'chrome-launcher';
import lighthouse, { desktopConfig } from 'lighthouse';
import { computeMedianRun } from 'lighthouse/core/lib/median-run.js';

const LEAST = 95;
const CATEGORIES = ['performance', 'accessibility', 'best-practices'];
const PAGES = ['index.html', 'docs/index.html', 'docs/rules/rls/tenant-isolation.html', 'docs/configuration.html'];

const given = process.argv.slice(2);
const pages = given.filter((argument) => !argument.startsWith('--'));
const chosen = ['mobile', 'desktop'].filter((form) => given.includes(`--${form}`));
const forms = chosen.length ? chosen : ['mobile', 'desktop'];
const runs = Number(given.find((argument) => argument.startsWith('--runs='))?.slice('--runs='.length) ?? 3);

const dist = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../www/dist');
const types = { html: 'text/html; charset=utf-8', js: 'text/javascript', css: 'text/css', wasm: 'application/wasm', json: 'application/json', svg: 'image/svg+xml', png: 'image/png', webmanifest: 'application/manifest+json' };
const prefix = '/some/path/';
const zipped = new Map();

const server = createServer((request, response) => {
  const asked = new URL(request.url, 'http://localhost').pathname;
  const file = path.join(dist, asked.slice(prefix.length) || 'index.html');
  const type = types[path.extname(file).slice(1)];
  if (!asked.startsWith(prefix) || !type || !file.startsWith(dist + path.sep)) return void response.writeHead(404).end();
  try {
    if (!zipped.has(file)) zipped.set(file, gzipSync(readFileSync(file)));
    response.writeHead(200, { 'Content-Type': type, 'Content-Encoding': 'gzip', 'Cache-Control': 'max-age=31536000' }).end(zipped.get(file));
  } catch {
    response.writeHead(404).end();
  }
});
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
const address = `http://localhost:${server.address().port}${prefix}`;

const chrome = await launch({
  chromePath: process.env.CHROME_PATH ?? '/usr/bin/chromium',
  chromeFlags: ['--headless=new', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
});
try {
  console.log(`${'page'.padEnd(40)} ${'form'.padEnd(8)} ${CATEGORIES.join('  ')}  FCP s  LCP s  TBT ms  CLS    load`);
  for (const form of forms) {
    for (const page of pages.length ? pages : PAGES) {
      const reports = [];
      for (let run = 0; run < runs; run++) {
        const result = await lighthouse(address + page, { port: chrome.port, output: 'json', logLevel: 'error', onlyCategories: CATEGORIES }, form === 'desktop' ? desktopConfig : undefined);
        if (result.lhr.runtimeError) throw new Error(`${page}: ${result.lhr.runtimeError.message}`);
        reports.push(result.lhr);
      }
      const { categories, audits } = computeMedianRun(reports);
      const scores = CATEGORIES.map((name) => Math.round(categories[name].score * 100));
      const value = (audit, digits, unit = 1) => (audits[audit].numericValue / unit).toFixed(digits);
      const timing = `${value('first-contentful-paint', 1, 1000)}    ${value('largest-contentful-paint', 1, 1000)}    ${value('total-blocking-time', 0)}      ${value('cumulative-layout-shift', 3)}  ${loadavg()[0].toFixed(1)}`;
      console.log(`${page.padEnd(40)} ${form.padEnd(8)} ${scores.map((score, at) => String(score).padStart(CATEGORIES[at].length)).join('  ')}  ${timing}`);
      if (scores.some((score) => score < LEAST)) {
        process.exitCode = 1;
        for (const name of CATEGORIES) {
          if (categories[name].score * 100 >= LEAST) continue;
          const failed = categories[name].auditRefs.map(({ id }) => audits[id]).filter(({ score, scoreDisplayMode }) => score !== null && score < 0.9 && scoreDisplayMode !== 'informative');
          console.log(failed.map(({ id, displayValue }) => `    ${name}: ${id}${displayValue ? ` (${displayValue})` : ''}`).join('\n'));
        }
      }
    }
  }
} finally {
  await chrome.kill();
  server.closeAllConnections();
  server.close();
}
