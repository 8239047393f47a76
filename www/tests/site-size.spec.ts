import { readdirSync, readFileSync } from 'node:fs';
import * as path from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from '@playwright/test';
import { dist } from './site';

const gzipKib = (file: string): number => gzipSync(readFileSync(path.join(dist, file))).length / 1024;

test('the element is one file of at most 15 KiB gzip, and its folder is whole', () => {
  const size = gzipKib('element/pgdry-lint.js');
  console.log(`${size.toFixed(1)} KiB  element/pgdry-lint.js`);
  expect(size).toBeLessThanOrEqual(15);
  const script = readFileSync(path.join(dist, 'element/pgdry-lint.js'), 'utf8');
  // No other script is imported; the module is named by an address beside it.
  expect(script).not.toMatch(/\bimport\s*[{*"'`\w]|\bfrom\s*["'`]\.|\bimport\(/);
  const modules = readdirSync(path.join(dist, 'element')).filter((file) => file.endsWith('.wasm'));
  expect(modules).toHaveLength(1);
  expect(script).toContain(modules[0]);
  // The page's worker uses the same one.
  const everywhere = readdirSync(dist, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('pgdry_bg.wasm') || /pgdry_bg-.*\.wasm$/.test(file));
  expect(everywhere).toHaveLength(1);
});

test('a page of the documentation needs at most 15 KiB gzip of script and style, and the search index less than 100 KiB', () => {
  const files = readdirSync(path.join(dist, 'docs/assets')).map((name) => `docs/assets/${name}`);
  const own = files.filter((file) => /\.(js|css)$/.test(file)).reduce((sum, file) => sum + gzipKib(file), 0);
  const index = files.filter((file) => file.endsWith('.json')).reduce((sum, file) => sum + gzipKib(file), 0);
  console.log(`${own.toFixed(1)} KiB  script and style of the documentation\n${index.toFixed(1)} KiB  search index, loaded when the search is used`);
  expect(own).toBeGreaterThan(0);
  expect(own).toBeLessThanOrEqual(15);
  expect(index).toBeGreaterThan(0);
  expect(index).toBeLessThanOrEqual(100);
});
