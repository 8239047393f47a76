/** An object was created in Supabase Storage: it is fetched and checked, and the verdict is written beside it. */

import { chunksOf, isObject, readJsonObject, within } from './body.ts';
import { readTarGz, readZip } from './archive.ts';
import { bytesOf } from './bytes.ts';
import { hourAfter, type Checker } from './check.ts';
import type { Limits } from './limits.ts';
import { Problem } from './problem.ts';
import { verdictOf } from './reports.ts';
import type { FailOn, Storage } from './settings.ts';
import { checkedPath, shown, Upload, type Given } from './upload.ts';

interface StoredObject {
  bucket: string;
  name: string;
  /** When it was created, from which the check takes what the time is: a retry says the same. */
  created: Date;
}

const REPORT = '.report.json';
const TIMEOUT = 10_000;

export async function onUpload(request: Request, storage: Storage, checker: Checker, limits: Limits, failOn: FailOn): Promise<Response> {
  const object = objectOf(await readJsonObject(chunksOf(request, limits), limits));
  if (object === undefined) return Response.json({ ignored: 'the event is not that of an object that was created' });
  if (!storage.buckets.includes(object.bucket)) throw new Problem('bucket-not-allowed', 'PGDRY_BUCKETS does not have the bucket');
  const read = readerOf(object.name);
  if (read === undefined) return Response.json({ ignored: 'the object is no .sql, .zip, .tar.gz or .tgz' });

  const download = await ask(storage, 'GET', objectUrl(storage, object.bucket, object.name));
  // What is wrong with the object is its verdict: who uploaded it reads that, not who called here.
  const verdict = await read(download, object, limits)
    .then((given) => ({ ...checked(given, checker, failOn) }))
    .catch((error: unknown) => {
      if (error instanceof Problem && error.status < 500) return { verdict: 'refused', problem: error };
      throw error;
    });
  const entry = { bucket: object.bucket, name: object.name, etag: download.headers.get('etag'), ...verdict };

  await ask(storage, 'POST', objectUrl(storage, object.bucket, `${object.name}${REPORT}`), entry, { 'x-upsert': 'true' });
  if (storage.table !== undefined) {
    const url = `${storage.url}/rest/v1/${storage.table}?on_conflict=bucket,name`;
    await ask(storage, 'POST', url, entry, { prefer: 'resolution=merge-duplicates,return=minimal' });
  }
  return Response.json({ bucket: object.bucket, name: object.name, verdict: verdict.verdict });
}

function checked(given: Given, checker: Checker, failOn: FailOn) {
  return checker.check(given, (question) => {
    const { json, fails } = verdictOf(question, failOn);
    return { verdict: fails ? 'fails' : 'passes', report: JSON.parse(json) as unknown };
  });
}

type Read = (download: Response, object: StoredObject, limits: Limits) => Promise<Given>;

/** How an object is read, by the end of its name. */
function readerOf(name: string): Read | undefined {
  if (name.endsWith(REPORT)) return undefined;
  if (name.endsWith('.sql')) return readSql;
  if (name.endsWith('.zip')) return readWith(readZip);
  return /\.(tar\.gz|tgz)$/.test(name) ? readWith(readTarGz) : undefined;
}

async function readSql(download: Response, object: StoredObject, limits: Limits): Promise<Given> {
  const upload = new Upload(limits);
  upload.addBytes(object.name, await bytesOf(chunksOf(download, limits)));
  return { files: upload.files(), config: { history: 'partial', now: hourAfter(object.created) } };
}

function readWith(unpack: (chunks: AsyncIterable<Uint8Array>, upload: Upload, limits: Limits) => Promise<void>): Read {
  return async (download, object, limits) => {
    const upload = new Upload(limits);
    await within(limits, unpack(chunksOf(download, limits), upload, limits));
    return { files: upload.files(), config: { history: 'complete', now: hourAfter(object.created), ...upload.config() } };
  };
}

/**
 * The object of an event: of a database webhook on `storage.objects`, or of Storage's own webhook. Undefined for events of other kinds.
 */
function objectOf(event: Record<string, unknown>): StoredObject | undefined {
  if (isObject(event.record) && event.type === 'INSERT') {
    if (event.schema !== 'storage' || event.table !== 'objects') throw new Problem('invalid-event', 'the row is not one of storage.objects');
    return stored(event.record.bucket_id, event.record.name, event.record.created_at);
  }
  if (isObject(event.event) && event.type === 'Webhook') {
    const { type, payload, applyTime } = event.event;
    if (typeof type !== 'string' || !isObject(payload)) throw new Problem('invalid-event', '`event` has no type or no payload');
    return type.startsWith('ObjectCreated:') ? stored(payload.bucketId, payload.name, applyTime) : undefined;
  }
  if (event.type === 'UPDATE' || event.type === 'DELETE') return undefined;
  throw new Problem('invalid-event', 'the body is neither a database webhook of storage.objects nor an event of Storage');
}

function stored(bucket: unknown, name: unknown, time: unknown): StoredObject {
  if (typeof bucket !== 'string' || typeof name !== 'string') throw new Problem('invalid-event', 'bucket or name is missing');
  // The name becomes part of an address to which the service key is sent.
  if (checkedPath(name) !== name) throw new Problem('invalid-path', `${shown(name)} is no name of an object`);
  const created = new Date(typeof time === 'string' || typeof time === 'number' ? time : Number.NaN);
  if (Number.isNaN(created.getTime())) throw new Problem('invalid-event', 'the time of creation is missing');
  return { bucket, name, created };
}

function objectUrl(storage: Storage, bucket: string, name: string): string {
  return `${storage.url}/storage/v1/object/${[bucket, ...name.split('/')].map(encodeURIComponent).join('/')}`;
}

async function ask(storage: Storage, method: 'GET' | 'POST', url: string, body?: unknown, headers: Record<string, string> = {}): Promise<Response> {
  const response = await fetch(url, {
    method,
    headers: { authorization: `Bearer ${storage.serviceKey}`, apikey: storage.serviceKey, ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    // The key goes to this address and no other.
    redirect: 'manual',
    signal: AbortSignal.timeout(TIMEOUT),
  }).catch(() => undefined);
  const doing = method === 'GET' ? 'the object' : 'the verdict';
  if (response === undefined) throw new Problem('storage-failed', `there is no answer about ${doing}`);
  if (response.ok) return response;
  await response.body?.cancel();
  // Storage says 400 where it does not find an object.
  if (method === 'GET' && (response.status === 404 || response.status === 400)) throw new Problem('object-not-found', 'the object is gone, or was never there');
  throw new Problem('storage-failed', `${doing}: status ${response.status}`);
}
