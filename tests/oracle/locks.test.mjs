// pgdry predicts the locks that a real server takes, what it rewrites and what it reads in full: every statement of locks/*.sql, on PostgreSQL 15, 17 and 18.
import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { pgdry, project } from '../support/pgdry.mjs';
import { asMigrations, predictedLocks, readCases, serverLocks } from './locks.mjs';
import { startPlainServer } from './plain.mjs';
import { sqlFiles } from './server.mjs';

const cases = path.join(project, 'tests', 'oracle', 'locks');

/** The prediction for each statement of a file of cases. */
function predict(file, version) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'pgdry-locks-'));
  try {
    fs.writeFileSync(path.join(folder, '1_setup.sql'), file.setup);
    const config = `postgres = ${version}\nbase = "postgres"\nhistory = "complete"\nrunner = "psql"\n`;
    fs.writeFileSync(path.join(folder, 'pgdry.toml'), config);
    return asMigrations(file).flatMap((text) => {
      fs.writeFileSync(path.join(folder, '2_cases.sql'), text);
      const run = pgdry(['check', folder, '--locks', '--format', 'json']);
      assert.equal(run.status, 0, run.stderr);
      return predictedLocks(JSON.parse(run.stdout).files[1].statements, file.outside);
    });
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}

let count = 0;
for (const version of [15, 17, 18]) {
  describe(`PostgreSQL ${version}`, () => {
    let server;
    before(async () => (server = await startPlainServer(version)));
    after(() => server?.stop());
    for (const name of sqlFiles(cases)) {
      test(name, async () => {
        const file = readCases(path.join(cases, name));
        file.statements = file.statements.filter(({ since }) => since <= version);
        const found = await serverLocks(server, file);
        const predicted = predict(file, version);
        assert.equal(predicted.length, file.statements.length);
        const differing = [];
        file.statements.forEach(({ sql }, at) => {
          if (predicted[at] !== found[at]) differing.push({ sql, server: found[at], predicted: predicted[at] });
          count++;
        });
        assert.deepEqual(differing, []);
      });
    }
  });
}

test('the matrix is large', () => assert.ok(count >= 3 * 150, `${count} statements were compared`));
