import { readFileSync } from 'node:fs';
import * as path from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, repository, test } from './page';

const BUDGET_KIB = 250;

test(`scripts and styles that the first view loads stay within ${BUDGET_KIB} KiB gzip`, async ({ playground }) => {
  const before = playground.server.requests.length;
  await playground.open();
  await playground.loaded();
  // Workers, the diagram and the archive among them: everything but PGlite is loaded with the page.
  const files = new Set(playground.server.requests.slice(before).filter((asked) => /\.(js|css)$/.test(asked)));
  const sizes = [...files].map((asked) => {
    const file = path.join(repository, 'www/dist', asked.slice('/some/where/'.length));
    return { name: path.basename(asked), kib: gzipSync(readFileSync(file)).length / 1024 };
  });
  const total = sizes.reduce((sum, { kib }) => sum + kib, 0);
  console.log([...sizes, { name: 'all', kib: total }].map(({ name, kib }) => `${kib.toFixed(1).padStart(7)} KiB  ${name}`).join('\n'));
  expect(sizes.length).toBeGreaterThanOrEqual(4);
  expect(total).toBeLessThanOrEqual(BUDGET_KIB);
});
