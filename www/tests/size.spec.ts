import { readdirSync, readFileSync } from 'node:fs';
import * as path from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, repository, test } from './page';

const BUDGET_KIB = 250;

test(`scripts and styles, the examples among them, stay within ${BUDGET_KIB} KiB gzip`, () => {
  const assets = path.join(repository, 'www/dist/assets');
  const sizes = readdirSync(assets)
    .filter((name) => /\.(js|css)$/.test(name))
    .map((name) => ({ name, kib: gzipSync(readFileSync(path.join(assets, name))).length / 1024 }));
  const total = sizes.reduce((sum, { kib }) => sum + kib, 0);
  console.log([...sizes, { name: 'all', kib: total }].map(({ name, kib }) => `${kib.toFixed(1).padStart(7)} KiB  ${name}`).join('\n'));
  expect(sizes).not.toEqual([]);
  expect(total).toBeLessThanOrEqual(BUDGET_KIB);
});
