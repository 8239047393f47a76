// node edge/build.mjs: makes what is deployed: dist/node.js and dist/embed.js, and what supabase/functions/* need beside their index.ts. Wrangler builds the worker itself.
import { build } from 'esbuild';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const edge = path.dirname(fileURLToPath(import.meta.url));
const wasm = path.join(edge, '..', 'pkg', 'dist', 'pgdry_bg.wasm');
const common = { bundle: true, format: 'esm', target: 'es2022', absWorkingDir: edge, logLevel: 'warning', minify: true, nodePaths: [path.join(edge, 'node_modules')] };

/** Puts another file in the place of migrations.json. */
const carrying = (migrations) => ({
  name: 'migrations',
  setup({ onResolve }) {
    onResolve({ filter: /\/migrations\.json$/ }, () => ({ path: migrations }));
  },
});

const besideTheScript = {
  name: 'wasm',
  setup({ onResolve }) {
    onResolve({ filter: /\.wasm$/ }, () => ({ path: './pgdry_bg.wasm', external: true }));
  },
};

/** For Node: the package stays outside, as it reads its module from beside itself. */
export async function buildNode({ out = 'dist/node.js', entry = 'node.ts', migrations = path.join(edge, 'migrations.json') } = {}) {
  await build({ ...common, platform: 'node', entryPoints: [entry], outfile: path.resolve(edge, out), external: ['pgdry'], plugins: [carrying(migrations)] });
}

/** For Supabase: one script, so that deploying fetches nothing, and the module beside it or in a script of its own. */
export async function buildSupabase({ out = 'supabase/functions', entry = 'supabase/bundle.ts', migrations = path.join(edge, 'migrations.json') } = {}) {
  const folder = path.resolve(edge, out);
  for (const name of ['pgdry', 'pgdry-inlined']) {
    await build({ ...common, entryPoints: [entry], outfile: path.join(folder, name, 'bundle.js'), conditions: ['browser'] });
    fs.copyFileSync(migrations, path.join(folder, name, 'migrations.json'));
  }
  fs.copyFileSync(wasm, path.join(folder, 'pgdry', 'pgdry_bg.wasm'));
  const packed = gzipSync(fs.readFileSync(wasm), { level: 9 }).toString('base64');
  fs.writeFileSync(path.join(folder, 'pgdry-inlined', 'wasm.js'), `// pgdry_bg.wasm, gzip, base64\nexport default '${packed}';\n`);
}

/** For workerd, as wrangler does it: the module is a file beside the script, which imports it. */
export async function buildWorker({ out = 'dist/cloudflare', entry = 'cloudflare/worker.ts', migrations = path.join(edge, 'migrations.json') } = {}) {
  const folder = path.resolve(edge, out);
  const { metafile } = await build({
    ...common,
    entryPoints: [entry],
    outfile: path.join(folder, 'worker.js'),
    conditions: ['workerd', 'worker', 'browser'],
    metafile: true,
    plugins: [carrying(migrations), besideTheScript],
  });
  fs.copyFileSync(wasm, path.join(folder, 'pgdry_bg.wasm'));
  return metafile;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await Promise.all([buildNode(), buildNode({ out: 'dist/embed.js', entry: 'embed.ts' }), buildSupabase()]);
  console.log('built edge/dist/node.js, edge/dist/embed.js and edge/supabase/functions');
}
