// What the routes answer to good requests. A case is `{name, server, path, …request, status, headers?, problem?, test?}`; every runtime has all of them.
import * as fs from 'node:fs';
import * as path from 'node:path';
import assert from 'node:assert/strict';
import { init, Validator, version } from '../../pkg/node.js';
import { exampleFiles } from '../support/package.mjs';
import { project } from '../support/pgdry.mjs';
import { filePart, form, gnuTarGz, multipart, streamedZip, tarGz, zip } from './bodies.mjs';

await init();

const aias = exampleFiles('aias');
const broken = exampleFiles('broken');
const toml = fs.readFileSync(path.join(project, 'examples', 'aias', 'pgdry.toml'));
/** Every text that a server sees has this in it, or a part of it; no log may. */
export const marker = 'marker_in_sql';
const open = `create table public.${marker} (id bigint primary key);\n`;
const closed = `-- ${marker}\ncreate schema app;\n`;

/** What the package itself says. */
function local(files, config, answer) {
  const validator = new Validator(config);
  for (const { path: file, text } of files) validator.setFile(file, text);
  const said = answer(validator);
  validator.free();
  return said;
}
const complete = { history: 'complete' };
const json = (value) => ({ headers: { 'content-type': 'application/json' }, body: JSON.stringify(value) });
const sql = (text) => ({ headers: { 'content-type': 'text/plain' }, body: text });
const accepting = (accept, request) => ({ ...request, headers: { ...request.headers, accept } });
const summary = (text) => JSON.parse(text).summary;
const inFolder = (files) => Object.fromEntries(files.map(({ path: file, text }) => [file.replace(/^examples\//, ''), text]));

const reports = ['json', 'sarif', 'markdown', 'text'].map((format, at) => {
  const accept = ['application/json', 'application/sarif+json', 'text/markdown', 'text/plain'][at];
  return {
    name: `the report as ${accept} is what the package says`,
    path: '/check',
    ...accepting(accept, json({ files: broken, config: complete })),
    status: 422,
    answers: { 'content-type': accept.startsWith('text/') ? `${accept}; charset=utf-8` : accept },
    test: ({ text }) => assert.equal(text, local(broken, complete, (validator) => validator.report(format))),
  };
});

const checks = [
  ...reports,
  { name: 'a clean chain', path: '/check', ...json({ files: aias }), status: 200, test: ({ text }) => assert.equal(summary(text).files, aias.length) },
  { name: 'the same again', path: '/check', ...json({ files: aias }), status: 200, test: ({ text }) => assert.equal(text, local(aias, complete, (v) => v.report('json'))) },
  { name: 'another chain in between', path: '/check', ...json({ files: broken }), status: 422, test: ({ text }) => assert.equal(text, local(broken, complete, (v) => v.report('json'))) },
  { name: 'and the first again, with a file less', path: '/check', ...json({ files: aias.slice(0, -1) }), status: 200, test: ({ text }) => assert.equal(text, local(aias.slice(0, -1), complete, (v) => v.report('json'))) },
  { name: 'files in another order', path: '/check', ...json({ files: [...aias].reverse() }), status: 200, test: ({ text }) => assert.equal(text, local(aias, complete, (v) => v.report('json'))) },
  { name: 'one SQL text builds on objects that it does not create', path: '/check', ...sql('alter table public.others add column a int;'), status: 200, test: ({ text }) => assert.equal(summary(text).statements, 1) },
  { name: 'a folder of one file does not', path: '/check', ...json({ files: [{ path: 'a.sql', text: 'alter table public.others add column a int;' }] }), status: 422 },
  { name: 'application/sql, with a name', path: '/check?name=20990101000000_x.sql', ...sql(open), headers: { 'content-type': 'application/sql; charset=UTF-8' }, status: 422, test: ({ text }) => assert.match(text, /20990101000000_x\.sql/) },
  { name: 'a configuration', path: '/check', ...json({ files: [{ path: 'a.sql', text: open }], config: { rules: { '*': 'off' } } }), status: 200 },
  { name: 'failOn=never in the address', path: '/check?failOn=never', ...json({ files: broken }), status: 200, test: ({ text }) => assert.notEqual(summary(text).errors, 0) },
  { name: 'failOn in the body', path: '/check', ...json({ files: broken, failOn: 'never' }), status: 200 },
  {
    name: 'failOn=warning where there are only warnings',
    path: '/check?failOn=warning',
    ...json({ files: [{ path: 'a.sql', text: open }], config: { rules: { '*': 'off', 'rls/enabled-on-create': 'warning' } } }),
    status: 422,
  },
  { name: 'the address is over the body', path: '/check?failOn=error', ...json({ files: [{ path: 'a.sql', text: open }], config: { rules: { '*': 'off', 'rls/enabled-on-create': 'warning' } }, failOn: 'info' }), status: 200 },
  { name: 'a form of many files', path: '/check', body: form(aias), status: 200, test: ({ text }) => assert.equal(text, local(aias, complete, (v) => v.report('json'))) },
  { name: 'a form with a configuration', path: '/check', body: form([{ path: 'a.sql', text: open }], { config: '{"rules":{"*":"off"}}' }), status: 200 },
  { name: 'a form with pgdry.toml', path: '/check', body: form([{ path: 'a.sql', text: open }, { path: 'pgdry.toml', text: '[rules]\n"*" = "off"\n' }]), status: 200 },
  { name: 'a form with an epilogue', path: '/check?failOn=never', headers: { 'content-type': 'multipart/form-data; boundary="frontier"' }, body: multipart([filePart('a.sql', closed)], { end: '--frontier--\r\nepilogue' }), status: 200 },
  { name: 'a zip of a project, with its contract', path: '/check', headers: { 'content-type': 'application/zip' }, body: zip({ ...inFolder(aias), 'aias/pgdry.toml': toml, 'aias/README.md': '# no', 'aias/seed.sql': 'not sql' }), status: 200, test: ({ text }) => assert.equal(summary(text).files, aias.length) },
  { name: 'a stored zip, with folders', path: '/check', headers: { 'content-type': 'application/zip' }, body: zip({ 'migrations/': '', 'migrations/a.sql': open, '__MACOSX/._a.sql': 'x', '.hidden.sql': 'x' }, { level: 0 }), status: 422, test: ({ text }) => assert.equal(summary(text).files, 1) },
  { name: 'a tar.gz of a project, with its contract', path: '/check', headers: { 'content-type': 'application/gzip' }, body: await tarGz({ ...inFolder(aias), 'aias/pgdry.toml': toml }), status: 200, test: ({ text }) => assert.equal(summary(text).files, aias.length) },
  { name: 'the contract of an archive counts', path: '/check', headers: { 'content-type': 'application/gzip' }, body: await tarGz({ ...inFolder(aias.slice(0, -1)), 'aias/pgdry.toml': '[contract.tables.nonsense]\nrls = true\n' }), status: 422, test: ({ text }) => assert.match(text, /contract\//) },
  ...['aias', 'broken'].flatMap((name) => {
    const [status, count] = name === 'aias' ? [200, aias.length] : [422, broken.length];
    const has = ({ text }) => assert.equal(summary(text).files, count);
    const folder = path.join(project, 'examples');
    return [
      { name: `${name}, by GNU tar`, path: '/check', headers: { 'content-type': 'application/gzip' }, body: gnuTarGz(folder, name), status, test: has },
      { name: `${name}, by a program that streams its zip`, path: '/check', headers: { 'content-type': 'application/zip' }, body: streamedZip(folder, name), status, test: has },
    ];
  }),
  { name: 'Accept: */*', path: '/check', ...accepting('*/*', sql(closed)), status: 200, answers: { 'content-type': 'application/json' } },
  { name: 'Accept with weights', path: '/check', ...accepting('application/json;q=0.1, text/markdown;q=0.9', sql(closed)), status: 200, answers: { 'content-type': 'text/markdown; charset=utf-8' } },
  { name: 'a syntax error is a finding', path: '/check', ...sql('create tabel x;'), status: 422, test: ({ text }) => assert.match(text, /syntax error at or near/) },
  { name: 'a byte order mark and a CRLF are as they are', path: '/check?failOn=never', ...json({ files: [{ path: 'a.sql', text: '\ufeffcreate schema a;\r\n' }] }), status: 200 },
];

const typesOf = (options) => local(aias, complete, (validator) => validator.types(options));
const types = [
  { name: 'TypeScript', path: '/types', ...json({ files: aias }), status: 200, answers: { 'content-type': 'text/plain; charset=utf-8' }, test: ({ text }) => assert.equal(text, typesOf()) },
  { name: 'zod, by the address', path: '/types?target=zod&schemas=public', ...json({ files: aias }), status: 200, test: ({ text }) => assert.equal(text, typesOf({ target: 'zod', schemas: ['public'] })) },
  { name: 'JSON Schema', path: '/types?target=json-schema', ...json({ files: aias }), status: 200, answers: { 'content-type': 'application/schema+json' }, test: ({ text }) => assert.equal(text, typesOf({ target: 'json-schema' })) },
  { name: 'the other dialect, by the body', path: '/types', ...json({ files: aias, types: { dialect: 'meta' } }), status: 200, test: ({ text }) => assert.equal(text, typesOf({ dialect: 'meta' })) },
  { name: 'with the warnings, as JSON', path: '/types', ...accepting('application/json', json({ files: aias })), status: 200, test: ({ text }) => assert.deepEqual(JSON.parse(text), { types: typesOf(), warnings: [] }) },
  { name: 'of an archive', path: '/types', headers: { 'content-type': 'application/zip' }, body: zip(inFolder(aias)), status: 200, test: ({ text }) => assert.equal(text, typesOf()) },
  { name: 'an unknown target', path: '/types?target=nonsense', ...json({ files: aias }), status: 400, problem: 'invalid-option' },
  { name: 'an unknown option', path: '/types?nonsense=1', ...json({ files: aias }), status: 400, problem: 'invalid-option' },
];

const health = (test) => ({ text }) => test(JSON.parse(text));
const others = [
  { name: 'help', method: 'GET', path: '/', status: 200, answers: { 'content-type': 'text/plain; charset=utf-8' }, test: ({ text }) => assert.match(text, /POST \/check/) },
  {
    name: 'health, with what is deployed',
    method: 'GET',
    path: '/healthz',
    status: 200,
    test: health(({ status, version: is, uptimeSeconds, migrations }) => {
      assert.equal(status, 'ok');
      assert.equal(is, version());
      assert.ok(uptimeSeconds >= 0 && uptimeSeconds < 600);
      assert.equal(migrations.summary.files, aias.length);
      assert.equal(migrations.newest, path.basename(aias.at(-1).path));
      assert.equal(migrations.contract.state, 'kept');
      assert.deepEqual({ ...migrations.rls, tables: 0 }, { state: 'on', tables: 0, without: [], withoutPolicies: ['public.stripe_events'] });
    }),
  },
  { name: 'HEAD', method: 'HEAD', path: '/healthz', status: 200, test: ({ text }) => assert.equal(text, '') },
  { name: 'an allowed page', method: 'OPTIONS', path: '/check', headers: { origin: 'https://app.example.com', 'access-control-request-method': 'POST' }, status: 204, answers: { 'access-control-allow-origin': 'https://app.example.com', vary: 'Origin' } },
  { name: 'its request', path: '/check', ...sql(closed), headers: { 'content-type': 'text/plain', origin: 'https://app.example.com' }, status: 200, answers: { 'access-control-allow-origin': 'https://app.example.com', 'x-content-type-options': 'nosniff' } },
  { name: 'its problem', path: '/check', headers: { origin: 'https://app.example.com' }, body: new Uint8Array(0), status: 415, answers: { 'access-control-allow-origin': 'https://app.example.com' } },
  { name: 'another page', method: 'OPTIONS', path: '/check', headers: { origin: 'https://app.example.com.evil.test', 'access-control-request-method': 'POST' }, status: 403, problem: 'origin-not-allowed', answers: { 'access-control-allow-origin': null } },
  { name: 'the request of another page', path: '/check', ...sql(closed), headers: { 'content-type': 'text/plain', origin: 'null' }, status: 200, answers: { 'access-control-allow-origin': null } },
  { name: 'an unknown address', path: '/nonsense', ...sql(closed), status: 404, problem: 'not-found' },
  { name: 'an address that every object has', path: '/constructor', ...sql(closed), status: 404, problem: 'not-found' },
  { name: 'another method', method: 'GET', path: '/check', status: 405, problem: 'method-not-allowed', answers: { allow: 'POST, OPTIONS' } },
  { name: 'DELETE', method: 'DELETE', path: '/healthz', status: 405, problem: 'method-not-allowed', answers: { allow: 'GET, OPTIONS' } },
];

export const good = { '/check': checks, '/types': types, others };
export const bodies = { aias, broken, open, closed };
