// pgdry accepts a statement exactly when PostgreSQL's own grammar does, and refuses it with the same message.
import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { test } from 'node:test';
import { project } from '../support/pgdry.mjs';
import { differences, split, sqlFilesBelow } from './grammar.mjs';

const sources = ['examples', 'tests/oracle/replay/cases', 'tests/oracle/types/cases', 'tests/fixtures'];

test('a statement parses exactly when it does in PostgreSQL', () => {
  const statements = sources.flatMap((source) =>
    sqlFilesBelow(path.join(project, source)).flatMap((file) =>
      split(fs.readFileSync(file, 'utf8')).map((sql, index) => ({ id: `${path.relative(project, file)}#${index + 1}`, sql })),
    ),
  );
  assert.ok(statements.length > 500, `only ${statements.length} statements to compare`);
  assert.deepEqual(differences(statements), []);
});
