// pgdry refuses exactly what PostgreSQL refuses: in the examples, and in each file of replay/cases (a statement a line).
import assert from 'node:assert/strict';
import * as path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { check, migrationsOf, project } from '../support/pgdry.mjs';
import { difference, reportRefusals, reportRefusalsInFull, serverRefusals, serverRefusalsInFull } from './refusals.mjs';
import { sqlFiles, startServer } from './server.mjs';

const cases = path.join(project, 'tests', 'oracle', 'replay', 'cases');
let server;
before(async () => (server = await startServer()));
after(() => server?.stop());

async function inDatabase(run) {
  const database = 'migrations';
  try {
    return await run(database);
  } finally {
    await server.dropDatabase(database);
  }
}

describe('examples', () => {
  test('aias applies cleanly, and pgdry says so', async () => {
    const folder = migrationsOf(path.join(project, 'examples', 'aias'));
    assert.ok(sqlFiles(folder).length >= 27, 'the example has its migrations');
    assert.deepEqual(await inDatabase((database) => server.applyFolder(database, folder)), []);
    assert.deepEqual(reportRefusals(check([folder])), []);
  });

  test('broken: pgdry refuses what the server refuses', async () => {
    const folder = migrationsOf(path.join(project, 'examples', 'broken'));
    const errors = await inDatabase((database) => server.applyFolder(database, folder));
    assert.notEqual(errors.length, 0);
    assert.deepEqual(difference(serverRefusals(errors), reportRefusals(check([folder]))), { missed: [], invented: [] });
  });
});

describe('cases', () => {
  for (const file of sqlFiles(cases)) {
    test(file, async () => {
      const errors = await inDatabase((database) => server.applyFolder(database, path.join(cases, file)));
      const report = check([path.join(cases, file)]);
      assert.deepEqual(difference(serverRefusalsInFull(errors), reportRefusalsInFull(report)), { missed: [], invented: [] });
    });
  }
});
