// schema/invalid-function-body says of a function what the server says when it is called: bodies/cases.sql, a function a case.
import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { after, before, test } from 'node:test';
import { check, project } from '../support/pgdry.mjs';
import { startServer } from './server.mjs';

const file = path.join(project, 'tests', 'oracle', 'bodies', 'cases.sql');

let server;
before(async () => (server = await startServer()));
after(() => server?.stop());

test('the server and pgdry find the same in each body', async () => {
  assert.deepEqual(await server.applyFolder('bodies', file), [], 'the functions are made');
  const functions = await server.query('bodies', "select proname from pg_proc where proname like 'case\\_%' order by 1");
  assert.ok(functions.length > 50);
  const found = new Map();
  for (const { rule, message } of check([file]).findings) {
    const named = /^function `public\.(\w+)` fails when it runs: (.*)$/s.exec(message);
    if (rule === 'schema/invalid-function-body') found.set(named[1], named[2]);
  }
  const said = await called(functions);
  const list = (messages) => functions.map((name) => `${name}: ${messages.get(name) ?? 'runs'}`);
  assert.deepEqual(list(found), list(said));
});

/** What the server says when it runs them: function to message. */
async function called(functions) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'pgdry-bodies-'));
  try {
    fs.writeFileSync(path.join(folder, 'calls.sql'), functions.map((name) => `select public.${name}();\n`).join(''));
    const errors = await server.applyFile('bodies', folder, 'calls.sql');
    return new Map(errors.map(({ line, message }) => [functions[line - 1], message]));
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}
