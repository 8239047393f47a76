// `pgdry types` of random schemas is, byte for byte, what the real generators print after a server ran the same SQL.
// TYPES_SEEDS=300 tries so many instead of 15. `node scripts/types.mjs --seed N --shrink` shows the least of a seed that fails.
import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { command } from '../support/pgdry.mjs';
import { DIALECTS, compare, refusalDifferences } from './types/compare.mjs';
import { randomSchema } from './types/random.mjs';
import { Truth } from './types/truth.mjs';

const seeds = Number(process.env.TYPES_SEEDS ?? 15);
assert.ok(seeds > 0, 'TYPES_SEEDS is a number of seeds');

const truth = new Truth();
let work;
before(() => (work = fs.mkdtempSync(path.join(os.tmpdir(), 'pgdry-types-'))));
after(async () => {
  await truth.stop();
  fs.rmSync(work, { recursive: true, force: true });
});

let statements = 0;
let refused = 0;

// Two at a time: one applies its SQL while the other's generators run.
describe('random schemas', { concurrency: 2 }, () => {
  for (let seed = 0; seed < seeds; seed++) {
    test(`seed ${seed}`, async (t) => {
      const { statements: list, schemas } = randomSchema(seed);
      const file = path.join(work, `${seed}.sql`);
      fs.writeFileSync(file, `${list.join('\n')}\n`);
      const real = await truth.types(file, schemas);
      statements += list.length;
      refused += real.refused.length;
      for (const failure of real.failures) t.diagnostic(`a generator fails: ${failure}`);
      for (const dialect of DIALECTS) {
        if (real[dialect] === null) continue;
        const { lines, problem } = compare(command, file, { dialect, schemas, real });
        assert.equal(problem, undefined);
        if (lines.length === 0) continue;
        const refusals = refusalDifferences(command, file, real).slice(0, 5);
        const title = `dialect ${dialect}, schemas ${schemas.join(', ')} (- the generator, + pgdry)`;
        assert.fail([title, ...refusals, ...lines.slice(0, 30)].join('\n'));
      }
    });
  }
});

test('nearly all of the SQL applies', () => {
  assert.ok(refused < statements * 0.08, `the server refused ${refused} of ${statements} statements`);
});
