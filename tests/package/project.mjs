// An empty project with the package installed from its tarball, as a user has it.
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import * as os from 'node:os';
import * as path from 'node:path';
import { project } from '../support/pgdry.mjs';

export const here = path.join(project, 'tests', 'package');
export const tools = (name) => path.join(here, 'node_modules', '.bin', name);
const ofTests = createRequire(path.join(project, 'tests', 'package.json'));
const ofPage = createRequire(path.join(project, 'www', 'package.json'));

/** A folder that is gone at the end. */
export function temporary(name) {
  const folder = fs.mkdtempSync(path.join(fs.realpathSync(os.tmpdir()), `pgdry-${name}-`));
  process.on('exit', () => fs.rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Packs the package into a folder: the tarball's path. */
export function pack(folder) {
  const [{ filename }] = JSON.parse(run('npm', ['pack', '--json', '--pack-destination', folder], path.join(project, 'pkg')));
  return path.join(folder, filename);
}

/** A project of these files that has the package installed. */
export function projectOf(files = {}) {
  const folder = temporary('project');
  write(folder, { 'package.json': '{ "private": true, "type": "module" }\n', ...files });
  run('npm', ['install', '--offline', '--no-audit', '--no-fund', pack(folder)], folder);
  return folder;
}

export function write(folder, files) {
  for (const [name, text] of Object.entries(files)) fs.writeFileSync(path.join(folder, name), text);
}

/** What a program prints; it must end well. */
export function run(command, args, cwd, options = {}) {
  const ran = spawnSync(command, args, { cwd, encoding: 'utf8', timeout: 120_000, ...options });
  if (ran.error) throw ran.error;
  if (ran.status !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${ran.status}:\n${ran.stdout}${ran.stderr}`);
  return ran.stdout;
}

/** The JavaScript blocks of the README, by the file name behind their language. */
export function readme() {
  const text = fs.readFileSync(path.join(project, 'pkg', 'README.md'), 'utf8');
  return Object.fromEntries([...text.matchAll(/^```js (\S+)\n(.*?)^```$/gms)].map(([, name, code]) => [name, code]));
}

/** Runs a script in Deno: `deno` is the newest, `deno-2-1`, of which there is the binary alone, what Supabase's runtime carries. */
export function deno(name, script, cwd) {
  const newest = createRequire(ofTests.resolve('deno/package.json'));
  const binary = name === 'deno' ? newest.resolve('@deno/linux-x64-glibc/package.json') : ofTests.resolve(`${name}/package.json`);
  const program = path.join(path.dirname(binary), 'deno');
  const env = { ...process.env, DENO_DIR: path.join(cwd, '.deno'), DENO_NO_UPDATE_CHECK: '1', NO_COLOR: '1' };
  return run(program, ['run', '--allow-read', '--no-remote', script], cwd, { env });
}

/** Bundles a worker with wrangler, runs it in workerd, and returns the answers to these posts. */
export async function worker(script, folder, bodies) {
  const wrangler = path.join(path.dirname(ofTests.resolve('wrangler/package.json')), 'bin', 'wrangler.js');
  const env = { ...process.env, WRANGLER_SEND_METRICS: 'false', CI: '1', XDG_CONFIG_HOME: path.join(folder, '.config') };
  const out = path.join(folder, 'worker');
  run(process.execPath, [wrangler, 'deploy', script, '--dry-run', '--name', 'w', '--outdir', out, '--compatibility-date', '2026-01-01'], folder, { env });
  const { Miniflare } = await import(ofTests.resolve('miniflare'));
  const file = (name, type) => ({ type, path: name, contents: fs.readFileSync(path.join(out, name)) });
  const [main] = fs.readdirSync(out).filter((name) => name.endsWith('.js'));
  const wasm = fs.readdirSync(out).filter((name) => name.endsWith('.wasm'));
  const modules = [file(main, 'ESModule'), ...wasm.map((name) => file(name, 'CompiledWasm'))];
  const miniflare = new Miniflare({ modules, compatibilityDate: '2026-01-01', port: 0 });
  try {
    const answers = [];
    for (const body of bodies) answers.push(await (await miniflare.dispatchFetch('http://localhost/', { method: 'POST', body })).text());
    return answers;
  } finally {
    await miniflare.dispose();
  }
}

/** Builds an `index.html` with Vite, the page's own. */
export function vite(folder) {
  const bin = path.join(path.dirname(ofPage.resolve('vite/package.json')), 'bin', 'vite.js');
  run(process.execPath, [bin, 'build', '--logLevel', 'warn'], folder);
  return path.join(folder, 'dist');
}

const types = { '.html': 'text/html', '.js': 'text/javascript', '.wasm': 'application/wasm' };

/** Serves a folder and opens its index.html in Chromium: the page, once its body says something. */
export async function open(folder) {
  const server = createServer((request, response) => {
    const file = path.join(folder, new URL(request.url, 'http://x').pathname.replace(/\/$/, '/index.html'));
    if (!fs.existsSync(file)) return response.writeHead(404).end();
    response.setHeader('content-type', types[path.extname(file)] ?? 'application/octet-stream');
    response.end(fs.readFileSync(file));
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  const { chromium } = ofPage('playwright-core');
  const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu'] });
  try {
    const page = await browser.newPage();
    const errors = [];
    page.on('pageerror', (error) => errors.push(String(error)));
    await page.goto(`http://127.0.0.1:${server.address().port}/`);
    await page.waitForFunction(() => document.body.textContent.trim() !== '', undefined, { timeout: 20_000 }).catch(() => {});
    return { text: await page.evaluate(() => document.body.textContent.trim()), errors };
  } finally {
    await browser.close();
    server.close();
  }
}
