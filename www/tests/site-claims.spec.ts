/** The build stops when a page says what does not hold. */

import { readFileSync } from 'node:fs';
import * as path from 'node:path';
import { ExampleRunner } from '../site/examples.ts';
import { deadLinks } from '../site/links.ts';
import { runScript } from '../site/run-script.ts';
import { loadValidator } from '../site/validator.ts';
import { Declarations } from '../site/reference.ts';
import { expect, test } from '@playwright/test';
import { repository } from './site';

const table = 'create table public.notes (id bigint primary key);';
const enabled = `${table}\nalter table public.notes enable row level security;`;

test('an untrue example is named, with what the validator reports', async () => {
  const pgdry = await loadValidator(repository);
  const page = (): ExampleRunner => new ExampleRunner(pgdry, 'docs/rules/rls/enabled-on-create.md', 'rls/enabled-on-create');
  expect(page().run('bad', table).found.map(({ rule }) => rule)).toEqual(['rls/enabled-on-create']);
  expect(() => page().run('bad', enabled)).toThrow(/^docs\/rules\/rls\/enabled-on-create\.md: [\s\S]*is reported by rls\/enabled-on-create[\s\S]*enable row level security;[\s\S]*reports:\n {2}nothing/);
  expect(() => page().run('good', table)).toThrow(/is not reported by[\s\S]*table `public\.notes` is created without/);
  const runner = page();
  runner.run('bad', table);
  expect(() => runner.run('fixed', table)).toThrow(/says that the fix gives[\s\S]*The fix gives[\s\S]*enable row level security/);
  expect(() => page().run('worse', table)).toThrow(/stands for nothing/);
  expect(() => page().run('bad', `-- config: presset = "strict"\n${table}`)).toThrow(/presset/);

  const guide = new ExampleRunner(pgdry, 'docs/guide/index.md', undefined);
  expect(() => guide.run('clean', table)).toThrow(/docs\/guide\/index\.md: [\s\S]*rls\/enabled-on-create/);
  expect(() => guide.run('reports rls/force', table)).toThrow(/is reported by rls\/force, and by nothing else/);
  expect(() => guide.readConfig('preset = "stric"')).toThrow(/did you mean `strict`/);
});

test('a script that prints something else is named', async () => {
  const source = 'import { rules } from "pgdry/rules";\nconsole.log(rules.length > 100);\n// prints true\n';
  await runScript(repository, 'docs/guide/javascript.md', source);
  await expect(runScript(repository, 'docs/guide/javascript.md', source.replace('true', 'false'))).rejects.toThrow(/docs\/guide\/javascript\.md: [\s\S]*prints\nfalse[\s\S]*It prints\ntrue/);
  await expect(runScript(repository, 'docs/guide/javascript.md', 'import "pgdry/nothing";')).rejects.toThrow(/ERR_PACKAGE_PATH_NOT_EXPORTED|not exported|not defined/);
});

test('dead links are named: pages, files and anchors', () => {
  const pages = new Map([
    ['docs/index.html', '<a href="rules/a.html#why">a</a><a href="rules/b.html">b</a><a href="https://www.postgresql.org/">c</a>'],
    ['docs/rules/a.html', '<h2 id="why">Why</h2><a href="../index.html#gone">d</a><link rel="icon" href="../../icon.svg">'],
  ]);
  expect(deadLinks(pages, new Set(['icon.svg']))).toEqual(['docs/index.html: rules/b.html', 'docs/rules/a.html: ../index.html#gone']);
  expect(deadLinks(pages, new Set())).toContain('docs/rules/a.html: ../../icon.svg');
});

test('the tables of the reference have every field of the declarations', () => {
  const text = readFileSync(path.join(repository, 'pkg/dist/pgdry.d.ts'), 'utf8');
  const declarations = new Declarations(text);
  for (const name of ['Config', 'TypesOptions', 'Contract', 'TableContract', 'Override', 'Report', 'Finding', 'Position', 'Schema']) {
    // Lines that are neither comment nor bracket are fields.
    const body = text.slice(text.indexOf(`export interface ${name} {`)).split('\n}')[0]!.split('\n').slice(1);
    const names = body.filter((line) => /^ {4}\w/.test(line)).map((line) => /\w+/.exec(line)![0]);
    const fields = declarations.fields(name);
    expect(fields.map((field) => field.name)).toEqual(names);
    if (name === 'Config') expect(fields.filter(({ doc }) => !doc)).toEqual([]);
  }
  expect(declarations.methods('Validator').map(({ name }) => name)).toEqual(expect.arrayContaining(['check', 'setFile', 'types', 'schema', 'loadBase']));
});
