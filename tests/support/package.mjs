// The npm package's wasm build, and the example as its files.
import * as fs from 'node:fs';
import * as path from 'node:path';
import { sqlFiles } from '../oracle/server.mjs';
import { migrationsOf, project } from './pgdry.mjs';

export const wasmFile = path.join(project, 'pkg', 'dist', 'pgdry_bg.wasm');

/** The migrations of examples/NAME: `[{path, text}]`, with the paths that the native command reports from the project's folder. */
export function exampleFiles(name) {
  const folder = path.relative(project, migrationsOf(path.join(project, 'examples', name)));
  return sqlFiles(path.join(project, folder)).map((file) => {
    const relative = path.join(folder, file);
    return { path: relative, text: fs.readFileSync(path.join(project, relative), 'utf8') };
  });
}
