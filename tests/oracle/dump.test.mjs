// `pgdry schema --format sql`, loaded into a fresh database, makes the schema that the migrations made: pg_dump prints the same of both.
import assert from 'node:assert/strict';
import * as path from 'node:path';
import { after, before, test } from 'node:test';
import { command, project } from '../support/pgdry.mjs';
import { roundTrip } from './dump.mjs';
import { sqlFiles, startServer } from './server.mjs';

let server;
before(async () => {
  server = await startServer();
});
after(() => server?.stop());

const oracle = path.join(project, 'tests', 'oracle');
for (const folder of [path.join(oracle, 'dump', 'cases'), path.join(oracle, 'types', 'cases')]) {
  for (const file of sqlFiles(folder)) {
    test(file, async () => {
      const { wanted, loaded, sql, refused } = await roundTrip(server, command, path.join(folder, file));
      assert.deepEqual(refused, [], sql);
      assert.equal(loaded, wanted);
    });
  }
}
