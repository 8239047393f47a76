// `--target zod` compiles under strict options, and its schemas parse what a real server sends.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import * as path from 'node:path';
import { before, test } from 'node:test';
import ts from 'typescript';
import { folder, realRows, rich, types, write } from './rows.mjs';

let real;
let schemas;
before(async () => {
  const text = types(rich, ['--target', 'zod']);
  write('zod.ts', text);
  const options = { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 };
  schemas = await import(write('zod.mjs', ts.transpileModule(text, { compilerOptions: options }).outputText));
  real = await realRows();
});

test('a strict program compiles with it', () => {
  write('database.ts', types(rich, ['--dialect', 'meta']));
  write('use-zod.ts', use);
  const tsc = path.join(folder, 'node_modules', 'typescript', 'bin', 'tsc');
  const options = ['--strict', '--noEmit', '--module', 'nodenext', '--target', 'es2022', 'output/use-zod.ts'];
  const run = spawnSync(process.execPath, [tsc, ...options], { cwd: folder, encoding: 'utf8' });
  assert.equal(run.stdout, '');
  assert.equal(run.status, 0);
});

// What `Insert` and `Args` parse is what a client with the TypeScript types takes; what is never written cannot be given.
const use = `
import { z } from "zod"
import type { Database } from "./database.js"
import { Enums, Functions, Tables, Views } from "./zod.js"

type Public = Database["public"]
const item: Omit<Public["Tables"]["items"]["Insert"], "snapshot"> = Tables.public.items.Insert.parse({})
const person: Public["Tables"]["people"]["Insert"] = Tables.public.people.Insert.parse({})
const post: Database["app"]["Tables"]["posts"]["Update"] = Tables.app.posts.Update.parse({})
const view: Public["Views"]["live_items"]["Update"] = Views.public.live_items.Update.parse({})
const search: Public["Functions"]["search"]["Args"] = Functions.public.search.Args.parse({})
const mood: Public["Enums"]["mood"] = Enums.public.mood.parse("ok")
const row: z.infer<typeof Tables.public.items.Row> = { ...Tables.public.items.Row.parse({}), status: "live" }
const home: string | null | undefined = Tables.public.people.Row.parse({}).home?.["zip-code"]
// @ts-expect-error the database writes it
const written: z.infer<typeof Tables.public.people.Insert> = { id: 1 }
// @ts-expect-error no such label
const label: z.infer<typeof Tables.app.posts.Row>["status"] = "gone"
console.log(item, person, post, view, search, mood, row, home, written, label, Functions.public.add[1].Args.parse({}).b.length)
`;

test('every row of a real server parses and comes out as it was', () => {
  for (const { schema, section, name, rows } of real.relations) {
    const { Row } = schemas[section][schema][name];
    for (const row of rows) {
      const { ['__proto__']: dropped, ...own } = row; // zod leaves out what would set a prototype
      assert.deepEqual(Row.parse(row), own, `${schema}.${name}`);
    }
  }
  assert.ok(real.relations.flatMap((r) => r.rows).length > 20);
});

test('what functions take and return parses', () => {
  for (const { name, args, returned } of real.functions) {
    const { Args, Returns } = schemas.Functions.public[name];
    assert.deepEqual(Args.parse(args), args, name);
    assert.deepEqual(Returns.parse(returned), returned, name);
  }
  const { add, touch } = schemas.Functions.public;
  assert.equal(add[0].Returns.parse(3), 3);
  assert.deepEqual(add[1].Args.parse({ a: 'x', b: 'y' }), { a: 'x', b: 'y' });
  assert.equal(touch.Returns.parse(null), null);
});

test('a computed field may be asked for', () => {
  const { Row } = schemas.Tables.public.people;
  const [row] = real.relations.find((r) => r.name === 'people').rows;
  assert.equal(Row.parse({ ...row, initial: 'a' }).initial, 'a');
});

test('other rows are refused', () => {
  const { people, items } = schemas.Tables.public;
  const [row] = real.relations.find((r) => r.name === 'people').rows;
  for (const wrong of [
    { age: 32768 },
    { score: 2 ** 31 },
    { score: 1.5 },
    { mood: 'gone' },
    { moods: null },
    { email: null },
    { never: 'x' },
    { home: { name: null } },
    { tags: 'one' },
    { data: undefined },
  ]) {
    assert.equal(people.Row.safeParse({ ...row, ...wrong }).success, false, JSON.stringify(wrong));
  }
  const item = { owner: 1, order: 1, 'with space': '', status: 'live' };
  assert.ok(items.Insert.safeParse(item).success);
  assert.ok(people.Insert.safeParse({}).success);
  assert.ok(people.Update.safeParse({ nick: null }).success);
  for (const wrong of [{ owner: undefined }, { status: null }, { snapshot: {} }]) {
    assert.equal(items.Insert.safeParse({ ...item, ...wrong }).success, false, JSON.stringify(wrong));
  }
  for (const wrong of [{ id: 1 }, { initials: 'a' }, { tags: [null] }, { data: null }]) {
    assert.equal(people.Insert.safeParse(wrong).success, false, JSON.stringify(wrong));
  }
});
