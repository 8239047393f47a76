// action.yml: GitHub's parser takes it, and its shell steps run as they would there.
import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { test } from 'node:test';
import { command, pgdry, project } from '../support/pgdry.mjs';
import { readAction, runAction } from './github.mjs';
import { newRepository, OPEN, SAFE, stubs, temporaryFolder } from './project.mjs';

const action = readAction(fs.readFileSync(path.join(project, 'action.yml'), 'utf8'));
const FORMAT = pgdry(['check', '--help']).stdout.includes('github') ? 'github' : 'text';

/** A repository with the table `notes`, a folder for stubs, and a run of the action with these inputs in it. */
function setUp(t) {
  const folder = temporaryFolder(t);
  const repository = newRepository(folder);
  repository.write('supabase/migrations/20250101000000_notes.sql', SAFE);
  const stub = stubs(folder, { cargo: `ln -sf '${command}' pgdry-built; mkdir -p "\${@: -1}/bin"; cp -P pgdry-built "\${@: -1}/bin/pgdry"` });
  const start = (inputs, options = {}) =>
    runAction(action, {
      github: { action_path: project, base_ref: '' },
      cwd: repository.top,
      ...options,
      inputs: { format: FORMAT, ...inputs },
      env: { PATH: stub.path, HOME: folder, ...options.env },
    });
  return { repository, stub, start, folder };
}

test('every input is used, and nothing of the outside stands in a script', () => {
  const text = JSON.stringify(action.runs);
  for (const input of Object.keys(action.inputs)) assert.ok(text.includes(`inputs.${input}`), input);
  for (const step of action.runs.steps) assert.doesNotMatch(step.run ?? '', /\$\{\{/);
});

test('it fails where the check fails', (t) => {
  const { start, repository } = setUp(t);
  const good = start({ command });
  assert.equal(good.status, 'success', good.log);
  assert.equal(good.outputs.command, command);
  assert.deepEqual(good.ran, ['Look for pgdry', 'Find pgdry', 'Check the migrations']);
  repository.write('supabase/migrations/20250102000000_tags.sql', OPEN);
  const bad = start({ command });
  assert.equal(bad.status, 'failure');
  assert.match(bad.log, /enabled-on-create/);
  assert.equal(start({ command, 'fail-on': 'never' }).status, 'success');
  assert.equal(start({ command, args: '--rule rls/*=off  --preset recommended' }).status, 'success');
  const paths = 'supabase/migrations/20250101*.sql\n\nsupabase/migrations/20250102000000_tags.sql\n';
  assert.match(start({ command, paths }).log, /20250102000000_tags\.sql/);
  assert.equal(start({ command, paths: 'gone' }).status, 'failure');
});

test('stale types fail, and are looked at even when the check failed', (t) => {
  const { start, repository } = setUp(t);
  assert.equal(repository.run(command, ['types', '--out', 'types.ts']).status, 0);
  assert.equal(start({ command, types: 'types.ts' }).status, 'success');
  repository.write('supabase/migrations/20250102000000_tags.sql', OPEN);
  const stale = start({ command, types: 'types.ts' });
  assert.equal(stale.status, 'failure');
  assert.match(stale.log, /enabled-on-create[\s\S]*types\.ts is stale/);
  assert.equal(start({ command, types: 'types.ts', 'fail-on': 'never' }).status, 'failure');
});

test('the base of a pull request is live, when it was fetched', (t) => {
  const { start, repository } = setUp(t);
  repository.git('add', '--all');
  repository.git('commit', '--quiet', '--message', 'x');
  repository.write('supabase/migrations/20250101000000_notes.sql', SAFE.replace('body text not null', 'body text'));
  const github = { action_path: project, base_ref: 'main' };
  assert.equal(start({ command }, { github }).status, 'success');
  repository.git('update-ref', 'refs/remotes/origin/main', 'HEAD');
  assert.match(start({ command }, { github }).log, /edited-migration/);
  assert.match(start({ command, since: 'HEAD' }).log, /edited-migration/);
  // In another folder, which has its own pgdry.toml.
  repository.write('app/pgdry.toml', '[rules]\n"naming/edited-migration" = "off"\n');
  repository.write('app/supabase/migrations/20250101000000_notes.sql', SAFE);
  assert.equal(start({ command, since: 'HEAD', 'working-directory': 'app' }).status, 'success');
});

test('it builds pgdry from its own source when none is given', (t) => {
  const { start, stub, folder } = setUp(t);
  const first = start({});
  assert.equal(first.status, 'success', first.log);
  assert.deepEqual(stub.log(), [`cargo install --locked --path ${project} --root ${folder}/.cache/pgdry`]);
  assert.equal(first.outputs.command, `${folder}/.cache/pgdry/bin/pgdry`);
  // What the cache has is not built again.
  const uses = { 'Take the built pgdry': { 'cache-hit': 'true' } };
  const second = start({}, { uses });
  assert.equal(second.status, 'success', second.log);
  assert.ok(!second.ran.includes('Build pgdry'));
  assert.equal(stub.log().length, 1);
});
