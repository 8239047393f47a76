// The package, installed from its tarball, on every platform: the README's examples, and its life from before `init` to after a trap.
import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { before, describe, test } from 'node:test';
import { build } from 'esbuild';
import { deno, here, open, projectOf, readme, run, vite, worker, write } from './project.mjs';

const blocks = readme();
const message = 'table `public.notes` is created without row level security';
const line = `20250401120000_add_notes.sql:1: error[rls/enabled-on-create]: ${message}\n`;
const lifecycle = fs.readFileSync(path.join(here, 'lifecycle.mjs'), 'utf8');
const prints = "import { lifecycle } from './lifecycle.mjs';\nconsole.log(JSON.stringify(await lifecycle()));\n";
const shows = "import { lifecycle } from './lifecycle.mjs';\nlifecycle().then((all) => (document.body.textContent = JSON.stringify(all)), (error) => (document.body.textContent = error.stack));\n";
const serves = "import { lifecycle } from './lifecycle.mjs';\nexport default { fetch: async () => Response.json(await lifecycle()) };\n";
const html = (script) => `<!doctype html><title>t</title><body></body><script type="module" src="${script}"></script>\n`;

/** What lifecycle.mjs says everywhere. */
const expected = {
  before: ['not-initialized', 'not-initialized', 'not-initialized', 'not-initialized'],
  wrong: 'load',
  shared: true,
  lost: { victim: 'trap', bystander: 'trap', free: 'no error' },
  ordinary: 1,
  shrunk: true,
  goesOn: true,
  freed: 'freed',
  argument: 'argument',
  config: 'config',
  isValidator: true,
};

let folder;
before(() => {
  folder = projectOf({ ...blocks, 'lifecycle.mjs': lifecycle, 'prints.mjs': prints, 'shows.js': shows, 'serves.js': serves });
});

test('every example of the README is run here', () => {
  assert.deepEqual(Object.keys(blocks), ['check.mjs', 'worker.js', 'page.js', 'bundled.js']);
});

describe('Node', () => {
  test('the example', () => assert.match(run(process.execPath, ['check.mjs'], folder), new RegExp(`^${escape(line)}`, 'm')));
  test('init, traps, fresh instances', () => assert.deepEqual(JSON.parse(run(process.execPath, ['prints.mjs'], folder)), expected));
});

for (const name of ['deno-2-1', 'deno']) {
  describe(name, () => {
    test('the example', () => assert.match(deno(name, 'check.mjs', folder), new RegExp(`^${escape(line)}`, 'm')));
    test('init, traps, fresh instances', () => assert.deepEqual(JSON.parse(deno(name, 'prints.mjs', folder)), expected));
  });
}

describe('workerd, bundled by wrangler', () => {
  test('the example', async () => {
    const answers = await worker('worker.js', folder, ['create table public.notes (id bigint primary key);', 'select 1;']);
    assert.deepEqual(answers.map((answer) => JSON.parse(answer).errors), [1, 0]);
  });
  test('init, traps, fresh instances', async () => {
    const [answer] = await worker('serves.js', folder, ['']);
    assert.deepEqual(JSON.parse(answer), expected);
  });
});

describe('Chromium, bundled by Vite', () => {
  const page = async (script) => {
    write(folder, { 'index.html': html(`/${script}`) });
    return open(vite(folder));
  };
  test('the example', async () => assert.deepEqual(await page('page.js'), { text: message, errors: [] }));
  test('init, traps, fresh instances', async () => {
    const { text } = await page('shows.js');
    assert.deepEqual(JSON.parse(text), expected);
  });
  test('the module is a file of its own, and there is one', () => {
    const assets = fs.readdirSync(path.join(folder, 'dist', 'assets'));
    assert.equal(assets.filter((name) => name.endsWith('.wasm')).length, 1);
    const scripts = assets.filter((name) => name.endsWith('.js')).map((name) => fs.statSync(path.join(folder, 'dist', 'assets', name)).size);
    assert.ok(Math.max(...scripts) < 40_000, 'nothing is inlined');
  });
});

describe('bundled by esbuild', () => {
  const common = { bundle: true, format: 'esm', loader: { '.wasm': 'file' }, logLevel: 'silent' };
  test('for Node', async () => {
    const outdir = path.join(folder, 'for-node');
    await build({ ...common, absWorkingDir: folder, entryPoints: ['bundled.js'], platform: 'node', outdir, outExtension: { '.js': '.mjs' } });
    assert.equal(run(process.execPath, [path.join(outdir, 'bundled.mjs')], outdir), `${message}\n`);
  });
  test('for a page', async () => {
    const outdir = path.join(folder, 'for-page');
    write(folder, { 'bundled-page.js': blocks['bundled.js'].replace('console.log(', 'document.body.append(') });
    await build({ ...common, absWorkingDir: folder, entryPoints: ['bundled-page.js'], outdir });
    write(outdir, { 'index.html': html('bundled-page.js') });
    assert.deepEqual(await open(outdir), { text: message, errors: [] });
  });
});

function escape(text) {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').trimEnd();
}
