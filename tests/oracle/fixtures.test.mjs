// What tests/fixtures and examples/broken expect of the replay is what a server says: the same statements, SQLSTATEs and messages.
import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { startServer } from './server.mjs';
import { statementLines } from './statements.mjs';

const project = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..', '..');
const fixtures = path.join(project, 'tests', 'fixtures');
const broken = path.join(project, 'examples', 'broken');

let server;
before(async () => (server = await startServer()));
after(() => server?.stop());

/** The server's errors with the line where their statement begins. */
async function refusals(folder) {
  const database = 'migrations';
  try {
    return (await server.applyFolder(database, folder)).map(({ file, line, sqlstate, message }) => {
      const first = statementLines(fs.readFileSync(path.join(folder, file), 'utf8')).get(line);
      return { file, line: first, sqlstate, message };
    });
  } finally {
    await server.dropDatabase(database);
  }
}

/** The findings of an expected.json that the replay answers for. */
function expected(folder) {
  const { findings } = JSON.parse(fs.readFileSync(path.join(folder, 'expected.json'), 'utf8'));
  return findings
    .filter((finding) => finding.sqlstate !== undefined)
    .map(({ file, line, sqlstate, message }) => ({ file, line, sqlstate, message }));
}

const folders = fs.readdirSync(fixtures, { withFileTypes: true }).filter((entry) => entry.isDirectory());
assert.ok(folders.length > 0, 'there are fixtures');
for (const { name } of folders) {
  test(`fixture ${name}`, async () => {
    const folder = path.join(fixtures, name);
    assert.deepEqual(await refusals(folder), expected(folder));
  });
}

test('examples/broken', async () => {
  const errors = await refusals(path.join(broken, 'supabase', 'migrations'));
  assert.deepEqual(errors, expected(broken));
});
