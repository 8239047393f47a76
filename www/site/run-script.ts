/** Examples of JavaScript in the guides run while the site is built, against the package as it lies in pkg/. */

import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import type { Readable } from 'node:stream';
import { Worker } from 'node:worker_threads';
import { Untrue } from './examples.ts';

const PATIENCE_MS = 20_000;

/** Lines `// prints TEXT` say what the example prints, a line each. */
export async function runScript(repository: string, page: string, source: string): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), 'pgdry-example-'));
  try {
    mkdirSync(path.join(folder, 'node_modules'));
    symlinkSync(path.join(repository, 'pkg'), path.join(folder, 'node_modules/pgdry'), 'dir');
    const script = path.join(folder, 'example.mjs');
    writeFileSync(script, source);
    const expected = [...source.matchAll(/\/\/ prints (.*)$/gm)].map(([, line]) => line).join('\n');
    const { output, failure } = await run(script);
    if (failure || output.trim() !== expected) {
      throw new Untrue(`${page}: the page says that this example prints\n${expected}\n\n${source}\nIt prints\n${output}${failure}`);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** In a thread: a process cannot be waited for here, as the bundler takes the signal that says it has ended. */
async function run(script: string): Promise<{ output: string; failure: string }> {
  const worker = new Worker(script, { stdout: true, stderr: true, env: {} });
  let failure = '';
  worker.on('error', (error) => (failure += String(error)));
  const timer = setTimeout(() => {
    failure += `it has not ended after ${PATIENCE_MS / 1000} s`;
    void worker.terminate();
  }, PATIENCE_MS);
  const text = async (stream: Readable): Promise<string> => (await stream.setEncoding('utf8').toArray()).join('');
  const [output] = await Promise.all([text(worker.stdout), new Promise((resolve) => worker.on('exit', resolve))]);
  clearTimeout(timer);
  return { output, failure };
}
