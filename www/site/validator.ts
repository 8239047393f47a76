/** The validator in Node, while the site is built. */

import { readFileSync } from 'node:fs';
import * as path from 'node:path';
import { pathToFileURL } from 'node:url';
import type * as pgdry from '../../pkg/dist/pgdry.js';

export type Pgdry = typeof pgdry;

export async function loadValidator(repository: string): Promise<Pgdry> {
  const folder = path.join(repository, 'pkg/dist');
  // An address known only now: the bundler of Vite's configuration leaves the import alone.
  const module = (await import(pathToFileURL(path.join(folder, 'pgdry.js')).href)) as Pgdry;
  module.initSync({ module: readFileSync(path.join(folder, 'pgdry_bg.wasm')) });
  return module;
}
