// Requests that are wrong, or meant to do harm: each has a clear answer of the 4xx, and soon.
import { crc32, deflateRawSync, gzipSync } from 'node:zlib';
import assert from 'node:assert/strict';
import { changed, filePart, form, multipart, tar, tarGz, zip } from './bodies.mjs';
import { chunked } from './http.mjs';
import { bodies, marker } from './cases-good.mjs';

const { closed } = bodies;
const json = (value) => ({ headers: { 'content-type': 'application/json' }, body: typeof value === 'string' || value instanceof Uint8Array ? value : JSON.stringify(value) });
const file = (path, text = closed) => ({ files: [{ path, text }] });
const multi = (body, type = 'multipart/form-data; boundary=frontier') => ({ headers: { 'content-type': type }, body });
const zipped = (body) => ({ headers: { 'content-type': 'application/zip' }, body });
const gzipped = (body) => ({ headers: { 'content-type': 'application/gzip' }, body });
const repeated = (text, bytes) => text.repeat(Math.ceil(bytes / text.length));

const aZip = zip({ 'a.sql': closed, 'b.sql': closed });
const aTar = await tar({ 'a.sql': closed });
const aTarGz = gzipSync(aTar);
const zeros = new Uint8Array(20_000_000);

/** A zip of one stored entry whose head says what it likes. */
function lyingZip({ name = 'a.sql', content = closed, packed = undefined, unpacked = undefined, entries = 1, deflate = true }) {
  const data = Buffer.from(content);
  const body = deflate ? deflateRawSync(data) : data;
  const bytes = Buffer.from(name);
  const head = Buffer.alloc(30);
  head.writeUInt32LE(0x04034b50, 0);
  head.writeUInt16LE(20, 4);
  head.writeUInt16LE(deflate ? 8 : 0, 8);
  head.writeUInt32LE(crc32 === undefined ? 0 : crc32(data), 14);
  head.writeUInt32LE(packed ?? body.length, 18);
  head.writeUInt32LE(unpacked ?? data.length, 22);
  head.writeUInt16LE(bytes.length, 26);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(entries, 8);
  end.writeUInt16LE(entries, 10);
  return Buffer.concat([head, bytes, body, end]);
}

/** A tar whose first head has another size. */
const lyingTar = (size) =>
  changed(aTar, (copy) => {
    copy.set(Buffer.from(`${size.toString(8).padStart(11, '0')}\0`), 124);
    copy.fill(32, 148, 156);
    const sum = copy.subarray(0, 512).reduce((total, byte) => total + byte, 0);
    copy.set(Buffer.from(`${sum.toString(8).padStart(6, '0')}\0 `), 148);
  });

const wrong = [
  { name: 'no media type', path: '/check', body: new Uint8Array([1]), status: 415, problem: 'unsupported-type' },
  { name: 'an unknown media type', path: '/check', headers: { 'content-type': 'application/xml' }, body: '<a/>', status: 415, problem: 'unsupported-type' },
  { name: 'an unknown charset', path: '/check', headers: { 'content-type': 'text/plain; charset=utf-16' }, body: closed, status: 415, problem: 'unsupported-encoding' },
  { name: 'an encoded body', path: '/check', headers: { 'content-type': 'text/plain', 'content-encoding': 'br' }, body: closed, status: 415, problem: 'unsupported-encoding' },
  { name: 'nothing that can be made is accepted', path: '/check', headers: { 'content-type': 'text/plain', accept: 'image/png' }, body: closed, status: 406, problem: 'not-acceptable' },
  { name: 'an Accept that is nonsense', path: '/check', headers: { 'content-type': 'text/plain', accept: ';;q=,,=' }, body: closed, status: 406, problem: 'not-acceptable' },
  { name: 'no JSON', path: '/check', ...json(`{"files": [{"path": "${marker}`), status: 400, problem: 'invalid-json' },
  { name: 'an empty body', path: '/check', ...json(''), status: 400, problem: 'invalid-json' },
  { name: 'a list', path: '/check', ...json([]), status: 400, problem: 'invalid-json' },
  { name: 'null', path: '/check', ...json('null'), status: 400, problem: 'invalid-json' },
  { name: 'no files', path: '/check', ...json({}), status: 400, problem: 'invalid-json' },
  { name: 'files of another shape', path: '/check', ...json({ files: [{ path: 'a.sql' }] }), status: 400, problem: 'invalid-json' },
  { name: 'an empty list of files', path: '/check', ...json({ files: [] }), status: 400, problem: 'no-migrations' },
  { name: 'an unknown key of the configuration', path: '/check', ...json({ ...file('a.sql'), config: { presets: 'strict' } }), status: 400, problem: 'invalid-configuration', test: ({ text }) => assert.match(text, /did you mean `preset`/) },
  { name: 'a configuration that is no object', path: '/check', ...json({ ...file('a.sql'), config: 'strict' }), status: 400, problem: 'invalid-configuration' },
  { name: 'an unknown failOn', path: '/check?failOn=fatal', ...json(file('a.sql')), status: 400, problem: 'invalid-option' },
  { name: 'a form\'s configuration that is no JSON', path: '/check', body: form([{ path: 'a.sql', text: closed }], { config: '{' }), status: 400, problem: 'invalid-configuration' },
  { name: 'a pgdry.toml that is no TOML', path: '/check', ...zipped(zip({ 'a.sql': closed, 'pgdry.toml': '[[[' })), status: 400, problem: 'invalid-configuration' },
];

const paths = [
  ...['../a.sql', 'a/../../b.sql', 'a/..', '/etc/a.sql', 'C:/a.sql', '..\\a.sql', '', '.', 'a\u0000.sql', 'a\r\nSet-Cookie: a=b.sql', `${'a'.repeat(2000)}.sql`].map((path) => ({
    name: `the path ${JSON.stringify(path.slice(0, 30))}`,
    path: '/check',
    ...json(file(path)),
    status: 400,
    problem: 'invalid-path',
  })),
  { name: 'a path twice', path: '/check', ...json({ files: [file('a.sql').files[0], file('./a.sql').files[0]] }), status: 400, problem: 'invalid-path' },
  { name: 'the name of one SQL text', path: '/check?name=..%2Fa.sql', headers: { 'content-type': 'text/plain' }, body: closed, status: 400, problem: 'invalid-path' },
  { name: '.. in a form', path: '/check', ...multi(multipart([filePart('../../a.sql', closed)])), status: 400, problem: 'invalid-path' },
  { name: '.. in a zip', path: '/check', ...zipped(zip({ 'a/../../b.sql': closed })), status: 400, problem: 'invalid-path' },
  { name: 'an absolute path in a zip', path: '/check', ...zipped(zip({ '/etc/b.sql': closed })), status: 400, problem: 'invalid-path' },
  { name: '.. in a tar.gz', path: '/check', ...gzipped(await tarGz({ '../b.sql': closed })), status: 400, problem: 'invalid-path' },
  { name: 'an absolute path in a tar.gz', path: '/check', ...gzipped(await tarGz({ '/etc/b.sql': closed })), status: 400, problem: 'invalid-path' },
  { name: '.. in the long name of a tar.gz', path: '/check', ...gzipped(await tarGz({ [`${'a/'.repeat(150)}${'../'.repeat(160)}b.sql`]: closed })), status: 400, problem: 'invalid-path' },
  { name: 'a link in a tar.gz', path: '/check', ...gzipped(await tarGz({ 'b.sql': null })), status: 400, problem: 'invalid-archive' },
];

const latin1 = Buffer.from(`-- ${marker} \xe9\n`, 'latin1');
const encodings = [
  { name: 'JSON', path: '/check', ...json(Buffer.concat([Buffer.from('{"files":[{"path":"a.sql","text":"'), latin1.subarray(0, -1), Buffer.from('"}]}')])), status: 400, problem: 'invalid-encoding' },
  { name: 'half of a surrogate pair in JSON', path: '/check', ...json('{"files":[{"path":"a.sql","text":"\\ud800"}]}'), status: 400, problem: 'invalid-encoding' },
  { name: 'text', path: '/check', headers: { 'content-type': 'text/plain' }, body: latin1, status: 400, problem: 'invalid-encoding' },
  { name: 'a form', path: '/check', ...multi(multipart([filePart('a.sql', latin1)])), status: 400, problem: 'invalid-encoding' },
  { name: 'a zip', path: '/check', ...zipped(zip({ 'a.sql': latin1 })), status: 400, problem: 'invalid-encoding' },
  { name: 'a tar.gz', path: '/check', ...gzipped(await tarGz({ 'a.sql': latin1 })), status: 400, problem: 'invalid-encoding' },
];

const multiparts = [
  { name: 'no boundary', path: '/check', ...multi(multipart([filePart('a.sql', closed)]), 'multipart/form-data'), status: 400, problem: 'invalid-multipart' },
  { name: 'another boundary', path: '/check', ...multi(multipart([filePart('a.sql', closed)]), 'multipart/form-data; boundary=other'), status: 400, problem: 'invalid-multipart' },
  { name: 'a boundary of a thousand characters', path: '/check', ...multi(multipart([filePart('a.sql', closed)]), `multipart/form-data; boundary=${'x'.repeat(1000)}`), status: 400, problem: 'invalid-multipart' },
  { name: 'an empty body', path: '/check', ...multi(''), status: 400, problem: 'invalid-multipart' },
  { name: 'no end', path: '/check', ...multi(multipart([filePart('a.sql', closed)], { end: '' })), status: 400, problem: 'invalid-multipart' },
  ...[10, 60, 150].map((bytes) => ({ name: `only the first ${bytes} bytes`, path: '/check', ...multi(multipart([filePart('a.sql', closed)]).subarray(0, bytes)), status: 400, problem: 'invalid-multipart' })),
  { name: 'no part', path: '/check', ...multi('--frontier--\r\n'), status: 400, problem: 'no-migrations' },
  { name: 'a part without a name', path: '/check', ...multi(multipart([[['Content-Type: text/plain'], closed]])), status: 400, problem: 'invalid-multipart' },
  { name: 'a head without an end', path: '/check', ...multi(`--frontier\r\n${repeated('X-Header: y\r\n', 30_000)}`), status: 400, problem: 'invalid-multipart' },
  { name: 'a head that is UTF-8', path: '/check?failOn=never', ...multi(multipart([filePart('é.sql', closed)])), status: 200 },
  { name: 'a form in a form', path: '/check', ...multi(multipart([[['Content-Disposition: form-data; name="files"', 'Content-Type: multipart/mixed; boundary=inner'], '--inner--']])), status: 400, problem: 'invalid-multipart' },
  { name: 'base64', path: '/check', ...multi(multipart([[[...filePart('a.sql')[0], 'Content-Transfer-Encoding: base64'], 'c2VsZWN0IDE7']])), status: 400, problem: 'invalid-multipart' },
  { name: 'a file of another kind', path: '/check', ...multi(multipart([filePart('a.png', 'PNG')])), status: 415, problem: 'unsupported-type' },
  { name: 'an archive', path: '/check', ...multi(multipart([filePart('a.zip', aZip)])), status: 400, problem: 'nested-archive' },
  { name: 'too many parts', path: '/check', ...multi(multipart(Array.from({ length: 1010 }, (_, i) => filePart(`${i}.sql`, 'select 1;')))), status: 413, problem: 'too-many-files' },
];

const archives = [
  { name: 'no zip', path: '/check', ...zipped(repeated(closed, 1000)), status: 400, problem: 'invalid-archive' },
  { name: 'an empty body', path: '/check', ...zipped(''), status: 400, problem: 'invalid-archive' },
  ...[20, 50, aZip.length - 150, aZip.length - 30, aZip.length - 1].map((bytes) => ({ name: `only the first ${bytes} bytes of a zip`, path: '/check', ...zipped(aZip.subarray(0, bytes)), status: 400, problem: 'invalid-archive' })),
  { name: 'a broken zip', path: '/check', ...zipped(changed(aZip, (copy) => copy.fill(255, 36, 60))), status: 400, problem: 'invalid-archive' },
  { name: 'a zip that says it is packed to more', path: '/check', ...zipped(lyingZip({ packed: 1 << 30 })), status: 400, problem: 'invalid-archive' },
  { name: 'a zip that says it is packed to less', path: '/check', ...zipped(lyingZip({ packed: 7 })), status: 400, problem: 'invalid-archive' },
  { name: 'a zip that says it unpacks to little', path: '/check', ...zipped(lyingZip({ content: zeros, unpacked: 10 })), status: 413 },
  { name: 'a zip with more in its directory', path: '/check', ...zipped(lyingZip({ entries: 2 })), status: 400, problem: 'invalid-archive' },
  { name: 'an unknown compression', path: '/check', ...zipped(changed(lyingZip({}), (copy) => copy.set([99], 8))), status: 400, problem: 'invalid-archive' },
  { name: 'a zip without migrations', path: '/check', ...zipped(zip({ 'README.md': 'no' })), status: 400, problem: 'no-migrations' },
  { name: 'a zip in a zip', path: '/check', ...zipped(zip({ 'a.sql': closed, 'inner.zip': aZip })), status: 400, problem: 'nested-archive' },
  { name: 'a zip bomb of one file', path: '/check', ...zipped(zip({ 'a.sql': zeros })), status: 413, problem: 'file-too-large' },
  { name: 'a zip bomb of many files', path: '/check', ...zipped(zip(Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`${i}.sql`, zeros.subarray(0, 250_000)])))), status: 413 },
  { name: 'a zip of 20,000 entries', path: '/check', ...zipped(zip(Object.fromEntries(Array.from({ length: 20_000 }, (_, i) => [`${i}.md`, ''])), { level: 0 })), status: 413, problem: 'too-many-files' },
  { name: 'no gzip', path: '/check', ...gzipped(repeated(closed, 1000)), status: 400, problem: 'invalid-archive' },
  { name: 'a gzip of no tar', path: '/check', ...gzipped(gzipSync(repeated(closed, 10_000))), status: 400, problem: 'invalid-archive' },
  { name: 'an empty tar.gz', path: '/check', ...gzipped(''), status: 400, problem: 'invalid-archive' },
  ...[5, 40, aTarGz.length - 9, aTarGz.length - 1].map((bytes) => ({ name: `only the first ${bytes} bytes of a tar.gz`, path: '/check', ...gzipped(aTarGz.subarray(0, bytes)), status: 400, problem: 'invalid-archive' })),
  { name: 'a tar.gz with a wrong checksum', path: '/check', ...gzipped(changed(aTarGz, (copy) => copy.set([copy.at(-8) ^ 1], copy.length - 8))), status: 400, problem: 'invalid-archive' },
  { name: 'half of a tar, packed whole', path: '/check', ...gzipped(gzipSync(aTar.subarray(0, 530))), status: 400, problem: 'invalid-archive' },
  { name: 'a tar.gz with a broken head', path: '/check', ...gzipped(gzipSync(changed(aTar, (copy) => copy.fill(65, 0, 5)))), status: 400, problem: 'invalid-archive' },
  { name: 'a tar.gz that says it has a file of 8 GB', path: '/check', ...gzipped(gzipSync(lyingTar(8_589_934_591))), status: 413, problem: 'file-too-large' },
  { name: 'a tar.gz that says it has a longer file', path: '/check', ...gzipped(gzipSync(lyingTar(100_000))), status: 400, problem: 'invalid-archive' },
  { name: 'a zip in a tar.gz', path: '/check', ...gzipped(await tarGz({ 'a.sql': closed, 'inner.zip': aZip })), status: 400, problem: 'nested-archive' },
  { name: 'a tar.gz in a tar.gz', path: '/check', ...gzipped(await tarGz({ 'inner.tar.gz': aTarGz })), status: 400, problem: 'nested-archive' },
  { name: 'a tar.gz bomb of one file', path: '/check', ...gzipped(await tarGz({ 'a.sql': zeros })), status: 413 },
  { name: 'a tar.gz bomb beside a migration', path: '/check', ...gzipped(await tarGz({ 'a.sql': closed, 'zeros.bin': zeros })), status: 413, problem: 'archive-bomb' },
  { name: 'a gzip of 100 MB of zeros', path: '/check', ...gzipped(gzipSync(Buffer.alloc(100_000_000))), status: 413, problem: 'archive-bomb' },
];

const half = 'select 1;\n'.repeat(2000);
const sizes = [
  { name: 'a large file', path: '/check', ...json(file('a.sql', repeated('-- x\n', 300_000))), status: 413, problem: 'file-too-large' },
  { name: 'a large file, in bytes', path: '/check', ...json(file('a.sql', repeated('-- é€\n', 200_000))), status: 413, problem: 'file-too-large' },
  { name: 'a large file in a form', path: '/check', ...multi(multipart([filePart('a.sql', repeated('-- x\n', 300_000))])), status: 413, problem: 'file-too-large' },
  { name: 'large files', path: '/check', ...json({ files: Array.from({ length: 10 }, (_, i) => ({ path: `${i}.sql`, text: repeated('-- x\n', 120_000) })) }), status: 413, problem: 'files-too-large' },
  { name: 'a large configuration', path: '/check', ...json({ ...file('a.sql'), config: { exposed_schemas: Array.from({ length: 60_000 }, (_, i) => `s${i}`) } }), status: 413, problem: 'file-too-large' },
  { name: 'many files', path: '/check', ...json({ files: Array.from({ length: 1001 }, (_, i) => ({ path: `${i}.sql`, text: 'select 1;' })) }), status: 413, problem: 'too-many-files' },
  { name: 'many statements', path: '/check', ...json({ files: [1, 2, 3].map((i) => ({ path: `${i}.sql`, text: half })) }), status: 413, problem: 'too-many-statements' },
  { name: 'a large body', path: '/check', ...json(' '.repeat(3_000_000)), status: 413, problem: 'body-too-large' },
  {
    name: '100 MB, said before',
    path: '/check',
    raw: { head: ['Content-Type: application/json', 'Content-Length: 100000000', 'Expect: 100-continue'], chunks: hundredMegabytes },
    status: 413,
    problem: 'body-too-large',
  },
  {
    name: '100 MB in chunks',
    path: '/check',
    raw: { head: ['Content-Type: text/plain', 'Transfer-Encoding: chunked'], chunks: () => chunked(hundredMegabytes()) },
    // The server has said so and closed before all is sent: a client that only sends may not get to hear it.
    closes: true,
  },
  { name: 'a tar.gz of 100 MB', path: '/check', raw: { head: ['Content-Type: application/gzip', 'Transfer-Encoding: chunked'], chunks: () => chunked(hundredMegabytes()) }, closes: true },
];

function* hundredMegabytes() {
  const megabyte = Buffer.alloc(1_000_000, 'select 1;\n');
  for (let i = 0; i < 100; i++) yield megabyte;
}

const depths = [
  { name: 'a million brackets', path: '/check', ...json(`{"files":${'['.repeat(1_000_000)}`), status: 400, problem: 'invalid-json' },
  { name: 'lists in lists', path: '/check', ...json(`{"files":[],"config":${'['.repeat(200_000)}${']'.repeat(200_000)}}`), status: 400, problem: 'invalid-json' },
  { name: 'objects in objects', path: '/check', ...json(`{"files":[],"config":${'{"a":'.repeat(50)}1${'}'.repeat(50)}}`), status: 400, problem: 'invalid-json' },
  { name: 'a form\'s configuration', path: '/check', body: form([{ path: 'a.sql', text: closed }], { config: '['.repeat(100_000) + ']'.repeat(100_000) }), status: 400, problem: 'invalid-configuration' },
  { name: 'TOML', path: '/check', ...zipped(zip({ 'a.sql': closed, 'pgdry.toml': `a = ${'['.repeat(50_000)}${']'.repeat(50_000)}` })), status: 400, problem: 'invalid-configuration' },
  { name: 'a head that is not UTF-8', path: '/check', ...multi(multipart([filePart('a.sql', closed)]).map((byte) => (byte === 0x22 ? 0xe9 : byte))), status: 400, problem: 'invalid-multipart' },
  { name: 'parentheses in SQL', path: '/check', ...json(file('a.sql', `select ${'('.repeat(100_000)}1${')'.repeat(100_000)};`)), status: 422, test: ({ text }) => assert.match(text, /54001/) },
  { name: 'operators in SQL', path: '/check', ...json(file('a.sql', `select ${'1+'.repeat(100_000)}1;`)), status: 422, test: ({ text }) => assert.match(text, /54001/) },
  { name: 'CASE in SQL', path: '/check', ...json(file('a.sql', `select ${'case when true then '.repeat(10_000)}1${' end'.repeat(10_000)};`)), status: 422, test: ({ text }) => assert.match(text, /54001/) },
];

const lies = [
  { name: 'a body that is shorter than it says, and then nothing', server: 'hasty', path: '/check', raw: { head: ['Content-Type: text/plain', 'Content-Length: 1000'], chunks: () => [Buffer.from('select 1;')] }, status: 408, problem: 'body-timeout' },
  { name: 'chunks that never end', server: 'hasty', path: '/check', raw: { head: ['Content-Type: text/plain', 'Transfer-Encoding: chunked'], chunks: () => [Buffer.from('9\r\nselect 1;\r\n')] }, status: 408, problem: 'body-timeout' },
  { name: 'a chunk of a size that is no number', path: '/check', raw: { head: ['Content-Type: text/plain', 'Transfer-Encoding: chunked'], chunks: () => [Buffer.from('nonsense\r\nselect 1;\r\n')] }, closes: true },
  { name: 'a Content-Length that is no number', path: '/check', raw: { head: ['Content-Type: text/plain', 'Content-Length: nonsense'] }, closes: true },
];

// A head that is no HTTP is the platform's to refuse: with a 4xx, or by closing.
const injections = [
  { name: 'a line end in an option', path: '/check?failOn=%0d%0aSet-Cookie:%20a=b', ...json(file('a.sql')), status: 400, problem: 'invalid-option', answers: { 'set-cookie': null } },
  { name: 'a line end in an origin', path: '/check', raw: { head: ['Origin: https://app.example.com', ' Set-Cookie: a=b', 'Content-Length: 0'] }, closes: true, answers: { 'set-cookie': null } },
  { name: 'a NUL in a header', path: '/check', raw: { head: ['Content-Type: text/plain\0', 'Content-Length: 0'] }, closes: true, answers: { 'set-cookie': null } },
  { name: 'a line end in the address', path: '/', raw: { method: 'GET', target: '/healthz\r\nSet-Cookie: a=b\r\nX: ' }, closes: true, or: 200, answers: { 'set-cookie': null } },
  { name: 'a bare line feed in a filename', path: '/check', ...multi(multipart([filePart('a\nSet-Cookie: a=b.sql', closed)])), status: 415, answers: { 'set-cookie': null } },
];

export const hostile = {
  'wrong requests': wrong,
  'paths that lead elsewhere': paths,
  'texts that are not UTF-8': encodings,
  'broken forms': multiparts,
  'broken archives and bombs': archives,
  'sizes': sizes,
  'depths': depths,
  'lengths that lie': lies,
  'header injection': injections,
};
