// The deployments of edge/, each as its platform runs it, on ports of this machine.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import * as fs from 'node:fs';
import { createRequire } from 'node:module';
import * as net from 'node:net';
import * as os from 'node:os';
import * as path from 'node:path';
import { createInterface } from 'node:readline';
import { migrationsIn } from '../../edge/bundle.mjs';
import { buildNode, buildSupabase, buildWorker } from '../../edge/build.mjs';
import { project } from '../support/pgdry.mjs';

const modules = path.join(project, 'tests', 'node_modules');
/** The binary in a package that only carries it, as seen from the package that needs it. */
const binary = (of, name, file) => path.join(path.dirname(createRequire(path.join(modules, of, 'package.json')).resolve(`${name}/package.json`)), file);
export const programs = {
  // The binary's own package: npm's lock file cannot hold two versions of `deno` with theirs.
  'deno-2.1.4': path.join(modules, 'deno-2-1', 'deno'),
  'deno-2.9.6': binary('deno', '@deno/linux-x64-glibc', 'deno'),
  workerd: binary('workerd', '@cloudflare/workerd-linux-64', 'bin/workerd'),
};

export const runtimes = ['node', 'deno-2.1.4', 'deno-2.9.6', 'workerd'];

/** What is deployed, and beside it the same with an engine that traps at will (trapping.ts), in a folder of its own. */
export async function buildAll() {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'pgdry-edge-'));
  const migrations = path.join(folder, 'migrations.json');
  fs.writeFileSync(migrations, JSON.stringify(migrationsIn(path.join(project, 'examples', 'aias'))));
  // The package stays outside of Node's script, which finds it from where it is.
  fs.symlinkSync(path.join(project, 'edge', 'node_modules'), path.join(folder, 'node_modules'));
  const entry = (name) => path.join(project, 'tests', 'edge', 'trapping', name);
  await Promise.all([
    buildNode({ out: path.join(folder, 'node', 'node.js'), migrations }),
    buildNode({ out: path.join(folder, 'node-trapping', 'node.js'), migrations, entry: entry('node.ts') }),
    buildSupabase({ out: path.join(folder, 'functions'), migrations }),
    buildSupabase({ out: path.join(folder, 'functions-trapping'), migrations, entry: entry('bundle.ts') }),
    buildWorker({ out: path.join(folder, 'worker'), migrations }),
    buildWorker({ out: path.join(folder, 'worker-trapping'), migrations, entry: entry('worker.ts') }),
  ]);
  for (const name of ['pgdry', 'pgdry-inlined']) {
    for (const functions of ['functions', 'functions-trapping']) {
      const source = path.join(project, 'edge', 'supabase', 'functions', name);
      for (const file of ['index.ts', 'deno.json']) fs.copyFileSync(path.join(source, file), path.join(folder, functions, name, file));
    }
  }
  return folder;
}

/**
 * Starts a runtime's servers, one for each of `environments` (by name): `{url(name), logs(), pids, stop()}`. `trapping` takes the engine that traps.
 */
export async function start(runtime, folder, environments, { trapping = false, inlined = false } = {}) {
  const suffix = trapping ? '-trapping' : '';
  if (runtime === 'workerd') return startWorkerd(path.join(folder, `worker${suffix}`), environments);
  const servers = await Promise.all(
    Object.entries(environments).map(async ([name, env]) => {
      const port = await freePort();
      const base = { PATH: process.env.PATH, HOME: process.env.HOME, TMPDIR: os.tmpdir(), ...env };
      const server =
        runtime === 'node'
          ? run(process.execPath, [path.join(folder, `node${suffix}`, 'node.js')], { ...base, PORT: String(port), NODE_EXTRA_CA_CERTS: undefined })
          : run(programs[runtime], denoArguments(path.join(folder, `functions${suffix}`, inlined ? 'pgdry-inlined' : 'pgdry'), port), { ...base, NO_COLOR: '1', DENO_NO_UPDATE_CHECK: '1' });
      await reachable(port, server);
      return [name, { ...server, port }];
    }),
  );
  const byName = Object.fromEntries(servers);
  // Supabase puts the function's name before every path.
  const prefix = runtime === 'node' ? '' : inlined ? '/pgdry-inlined' : '/pgdry';
  return {
    url: (name) => `http://127.0.0.1:${byName[name].port}${prefix}`,
    logs: () => Object.values(byName).map((server) => server.output()).join(''),
    pids: Object.values(byName).map((server) => server.child.pid),
    stop: () => Promise.all(Object.values(byName).map((server) => server.stop())),
  };
}

function denoArguments(functionFolder, port) {
  const serve = path.join(project, 'tests', 'edge', 'deno-serve.ts');
  return ['run', '--no-prompt', '--config', path.join(functionFolder, 'deno.json'), '--allow-net', '--allow-env', `--allow-read=${functionFolder}`, serve, path.join(functionFolder, 'index.ts'), String(port)];
}

async function startWorkerd(folder, environments) {
  const names = Object.keys(environments);
  const quoted = (text) => JSON.stringify(text);
  const worker = (env) => `(
    modules = [ (name = "worker.js", esModule = embed "worker.js"), (name = "pgdry_bg.wasm", wasm = embed "pgdry_bg.wasm") ],
    bindings = [ ${Object.entries(env).map(([name, text]) => `(name = ${quoted(name)}, text = ${quoted(text)})`).join(', ')} ],
    compatibilityDate = "2026-01-01", globalOutbound = "network" )`;
  const config = `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [ (name = "network", network = (allow = ["public", "private"])), ${names.map((name) => `(name = ${quoted(name)}, worker = ${worker(environments[name])})`).join(',\n')} ],
  sockets = [ ${names.map((name) => `(name = ${quoted(name)}, address = "127.0.0.1:0", http = (), service = ${quoted(name)})`).join(', ')} ]
);`;
  const file = path.join(folder, `config-${process.pid}-${Math.random().toString(36).slice(2)}.capnp`);
  fs.writeFileSync(file, config);
  const server = run(programs.workerd, ['serve', file, '--control-fd=3'], { PATH: process.env.PATH }, ['ignore', 'pipe', 'pipe', 'pipe']);
  const ports = {};
  const lines = createInterface({ input: server.child.stdio[3] });
  await new Promise((resolve, reject) => {
    server.child.once('exit', () => reject(new Error(`workerd ended:\n${server.output()}`)));
    lines.on('line', (line) => {
      const { event, socket, port } = JSON.parse(line);
      if (event === 'listen') ports[socket] = port;
      if (names.every((name) => name in ports)) resolve();
    });
  });
  return { url: (name) => `http://127.0.0.1:${ports[name]}`, logs: server.output, pids: [server.child.pid], stop: server.stop };
}

function run(program, args, env, stdio = ['ignore', 'pipe', 'pipe']) {
  const child = spawn(program, args, { env, stdio });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (output += text));
  const ended = once(child, 'exit');
  return {
    child,
    output: () => output,
    async stop() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

async function freePort() {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

/** Waits until something listens. */
async function reachable(port, server) {
  for (let tries = 0; tries < 600; tries++) {
    if (server.child.exitCode !== null) throw new Error(`the server ended:\n${server.output()}`);
    const socket = net.connect(port, '127.0.0.1');
    const is = await new Promise((resolve) => socket.once('connect', () => resolve(true)).once('error', () => resolve(false)));
    socket.destroy();
    if (is) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  await server.stop();
  throw new Error(`the server does not listen:\n${server.output()}`);
}
