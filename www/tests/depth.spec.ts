/** However deep the SQL nests, the stack of Chromium's workers is not overrun: the limits that the package's own tests hold Node to hold here. */

import { expect, test } from '@playwright/test';
import { readFileSync } from 'node:fs';
import * as path from 'node:path';
import { repository } from './page';

const files: Record<string, [string, string]> = {
  'pgdry.js': ['pkg/dist/pgdry.js', 'text/javascript'],
  'pgdry_bg.wasm': ['pkg/dist/pgdry_bg.wasm', 'application/wasm'],
  'deep.mjs': ['tests/support/deep.mjs', 'text/javascript'],
};

const worker = `
import init, { Validator } from './pgdry.js';
import { chains, constructs, parentheses } from './deep.mjs';
await init();
const refusals = (sql) => {
  const validator = new Validator();
  validator.setFile('20260101000000_deep.sql', sql);
  return validator.check().findings.map(({ sqlstate }) => sqlstate).filter((state) => state === '42601' || state === '54001').join();
};
const wrong = [];
for (const [shapes, reaches, beyond] of [[parentheses, 150, 10000], [constructs, 60, 10000], [chains, 5000, 20000]]) {
  for (const [name, shape] of Object.entries(shapes)) {
    for (const [levels, expected] of [[reaches, ''], [beyond, '54001']]) {
      let found;
      try { found = refusals(shape(levels)); } catch (error) { found = String(error); }
      if (found !== expected) wrong.push(name + ' ' + levels + ': ' + found);
    }
  }
}
postMessage(wrong);
`;

test('deep SQL is read or refused in a worker, never trapped', async ({ page }) => {
  await page.route('http://deep.test/**', async (route) => {
    const name = new URL(route.request().url()).pathname.slice(1);
    const file = files[name];
    if (name === 'worker.mjs') await route.fulfill({ contentType: 'text/javascript', body: worker });
    else if (file) await route.fulfill({ contentType: file[1], body: readFileSync(path.join(repository, file[0])) });
    else await route.fulfill({ contentType: 'text/html', body: '<!doctype html>' });
  });
  await page.goto('http://deep.test/');
  const wrong = await page.evaluate(
    () =>
      new Promise((resolve, reject) => {
        const worker = new Worker('/worker.mjs', { type: 'module' });
        worker.onmessage = ({ data }) => resolve(data);
        worker.onerror = ({ message }) => reject(new Error(message));
      }),
  );
  expect(wrong).toEqual([]);
});
