// Storage's webhooks: what is written beside an object, and that a retry writes the same.
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { bodies, marker } from './cases-good.mjs';
import { tarGz, zip } from './bodies.mjs';
import { send } from './http.mjs';

/** The row of a database webhook on storage.objects. */
const inserted = (name, bucket = 'migrations') => ({
  type: 'INSERT',
  table: 'objects',
  schema: 'storage',
  record: { id: '5c1f0b3e-0000-4000-8000-000000000000', bucket_id: bucket, name, owner: null, created_at: '2026-01-31T12:00:00.123+00:00', metadata: { size: 1, mimetype: 'text/plain' } },
  old_record: null,
});

/** The event of Storage's own webhook. */
const event = (name, type = 'ObjectCreated:Put') => ({
  type: 'Webhook',
  event: { $version: 'v1', type, applyTime: 1_769_860_800_000, payload: { bucketId: 'migrations', name, version: 'one', metadata: { size: 1 } } },
  sentAt: '2026-01-31T12:00:01.000Z',
  tenant: { ref: 'project', host: 'project.example.com' },
});

export function testUploads(servers) {
  const call = (payload) => send(`${servers().url}/on-upload`, { headers: { 'content-type': 'application/json' }, body: typeof payload === 'string' ? payload : JSON.stringify(payload) });
  const put = (name, content) => servers().supabase.objects.set(`migrations/${name}`, Buffer.from(content));
  const reportOf = (name) => servers().supabase.objects.get(`migrations/${name}.report.json`)?.toString();

  before(() => {
    servers().supabase.objects.clear();
    servers().supabase.table.clear();
  });

  async function verdict(name, content, payload = inserted(name)) {
    put(name, content);
    const answer = await call(payload);
    assert.equal(answer.status, 200, answer.text);
    const report = JSON.parse(reportOf(name));
    assert.deepEqual(JSON.parse(answer.text), { bucket: 'migrations', name, verdict: report.verdict });
    assert.deepEqual(servers().supabase.table.get(`migrations ${name}`), report);
    assert.equal(report.etag, `"${Buffer.from(content).length}"`);
    return report;
  }

  test('a migration that fails', async () => {
    const report = await verdict('team/20260101000000_open.sql', bodies.open);
    assert.equal(report.verdict, 'fails');
    assert.equal(report.report.findings[0].file, 'team/20260101000000_open.sql');
  });
  test('a migration that passes, by Storage\'s own event, with a name that needs quoting', async () => {
    const name = 'a b/#1? é%2e.sql';
    const report = await verdict(name, 'create schema app;', event(name));
    assert.equal(report.verdict, 'passes');
  });
  test('a zip and a tar.gz of a folder', async () => {
    const files = Object.fromEntries(bodies.aias.map(({ path, text }) => [path, text]));
    assert.equal((await verdict('aias.zip', zip(files))).report.summary.files, bodies.aias.length);
    assert.equal((await verdict('aias.tar.gz', await tarGz(files))).report.summary.files, bodies.aias.length);
  });
  test('an object that cannot be read: its verdict says why', async () => {
    const report = await verdict('broken.zip', `no zip, ${marker}`);
    assert.equal(report.verdict, 'refused');
    assert.equal(report.problem.type, 'urn:pgdry:problem:invalid-archive');
    assert.equal((await verdict('large.sql', '-- x\n'.repeat(100_000))).problem.type, 'urn:pgdry:problem:file-too-large');
  });
  test('a retry writes the same bytes to the same places', async () => {
    // The version is in the hour after the event: whether it has come yet must not depend on when the retry is.
    const name = '20260131121000_retry.sql';
    await verdict(name, bodies.open);
    const [before, rows] = [reportOf(name), servers().supabase.table.size];
    await verdict(name, bodies.open);
    await Promise.all([call(inserted(name)), call(inserted(name))]);
    assert.equal(reportOf(name), before);
    assert.equal(servers().supabase.table.size, rows);
  });
  test('when Storage fails it is said, and the retry completes it', async () => {
    const { supabase } = servers();
    put('later.sql', bodies.open);
    supabase.fail = ({ url }) => url.startsWith('/rest/');
    const failed = await call(inserted('later.sql'));
    assert.deepEqual([failed.status, JSON.parse(failed.text).type], [502, 'urn:pgdry:problem:storage-failed']);
    supabase.fail = undefined;
    assert.equal(supabase.table.has('migrations later.sql'), false);
    assert.equal((await call(inserted('later.sql'))).status, 200);
    assert.equal(supabase.table.has('migrations later.sql'), true);
  });

  const ignored = {
    'its own reports': inserted('a.sql.report.json'),
    'objects of other kinds': inserted('photo.png'),
    'updates': { ...inserted('a.sql'), type: 'UPDATE' },
    'deletions': event('a.sql', 'ObjectRemoved:Delete'),
  };
  for (const [what, payload] of Object.entries(ignored)) {
    test(`${what} are ignored`, async () => {
      const { supabase } = servers();
      const calls = supabase.requests.length;
      const answer = await call(payload);
      assert.equal(answer.status, 200);
      assert.ok(JSON.parse(answer.text).ignored);
      assert.equal(supabase.requests.length, calls);
    });
  }

  const refused = {
    'another bucket': [inserted('a.sql', 'private'), 403, 'bucket-not-allowed'],
    'an object that is gone': [inserted('gone.sql'), 404, 'object-not-found'],
    'a name that leads to another address': [inserted('../../rest/v1/users.sql'), 400, 'invalid-path'],
    'a name with a line end': [inserted('a\r\nX: y.sql'), 400, 'invalid-path'],
    'a name that begins with a slash': [inserted('/a.sql'), 400, 'invalid-path'],
    'a row of another table': [{ ...inserted('a.sql'), table: 'users', schema: 'public' }, 400, 'invalid-event'],
    'no name': [inserted(undefined), 400, 'invalid-event'],
    'no time': [{ ...inserted('a.sql'), record: { bucket_id: 'migrations', name: 'a.sql' } }, 400, 'invalid-event'],
    'another body': [{ hello: 'world' }, 400, 'invalid-event'],
    'an event without a payload': [{ type: 'Webhook', event: { type: 'ObjectCreated:Put' } }, 400, 'invalid-event'],
    'no JSON': ['{', 400, 'invalid-json'],
  };
  for (const [what, [payload, status, problem]] of Object.entries(refused)) {
    test(`${what}: ${status}`, async () => {
      const answer = await call(payload);
      assert.deepEqual([answer.status, JSON.parse(answer.text).type], [status, `urn:pgdry:problem:${problem}`]);
    });
  }

  test('the service key goes to Storage, and is in no report', async () => {
    const { supabase } = servers();
    assert.ok(supabase.requests.every(({ url, headers }) => url.startsWith('/auth/') || headers.authorization === 'Bearer the-service-key-of-the-tests'));
    for (const [name, content] of supabase.objects) if (name.endsWith('.report.json')) assert.ok(!content.includes('service-key'));
  });
}
