// The rule that new-rule.mjs begins stands in every place that a rule has to stand in.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { after, test } from 'node:test';
import { project } from '../tests/support/pgdry.mjs';
import { newRule } from './new-rule.mjs';

const root = mkdtempSync(path.join(os.tmpdir(), 'pgdry-rule-'));
after(() => rmSync(root, { recursive: true }));
for (const folder of ['src/rules', 'docs/rules']) cpSync(path.join(project, folder), path.join(root, folder), { recursive: true });
const read = (file) => readFileSync(path.join(root, file), 'utf8');

function isFormatted(files) {
  const rust = files.filter((file) => file.endsWith('.rs'));
  // Of these files alone, not of the modules that they declare.
  for (const file of rust) {
    const run = spawnSync('rustfmt', ['--check', '--edition', '2024', '--config-path', project], { input: readFileSync(file), encoding: 'utf8' });
    assert.deepEqual([run.status, run.stdout.startsWith('Diff')], [0, false], `${file}\n${run.stdout}${run.stderr}`);
  }
}

test('in a family that there is', () => {
  isFormatted(newRule('lock/add-something', root));
  assert.match(read('src/rules/lock/mod.rs'), /pub mod add_required_column;\npub mod add_something;\npub mod add_unique;/);
  assert.match(read('src/rules/registry.rs'), /\n    &lock::[^\n]+\n    &lock::add_something::RULE,\n    &(?!lock)/);
  assert.match(read('docs/rules/lock/add-something.md'), /^# lock\/add-something\n/);
  assert.equal(read('docs/rules/lock/add-something.md').match(/```sql (bad|good)/g).length, 6);
  assert.match(read('src/rules/lock/add_something.rs'), /page!\("lock\/add-something"\)/);
});

test('in a new family', () => {
  isFormatted(newRule('nonesuch/thing', root));
  assert.match(read('src/rules/mod.rs'), /\nmod nonesuch;\nmod prelude;/);
  assert.match(read('src/rules/registry.rs'), /use super::\{\s*Rule,[^}]* naming, nonesuch,[^}]*\};/);
  assert.match(read('src/rules/nonesuch/mod.rs'), /\npub mod thing;\n$/);
});

test('never over a rule that there is, nor under an odd name', () => {
  assert.throws(() => newRule('lock/rename', root), /there already/);
  for (const name of [undefined, 'rename', 'lock/Rename', 'lock/a/b', 'lock/../x']) assert.throws(() => newRule(name, root), /FAMILY\/NAME/);
});
