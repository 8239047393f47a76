/** The body of a request, read under its limits: JSON, a form of files, one SQL text, or an archive. */

import { MultipartParseError, parseMultipart, type MultipartPart } from '@remix-run/multipart-parser';
import type { Config } from 'pgdry';
import { readTarGz, readZip } from './archive.ts';
import { bytesOf } from './bytes.ts';
import type { Limits } from './limits.ts';
import { Problem } from './problem.ts';
import { checkedPath, decode, Upload, type Given } from './upload.ts';

/** What stands in a JSON body beside the files, to be looked at by its route. */
export interface Body extends Given {
  options: Record<string, unknown>;
}

type Reader = (chunks: AsyncIterable<Uint8Array>, upload: Upload, request: Request, limits: Limits) => Promise<Partial<Pick<Body, 'config' | 'options'>>>;

const archive = (read: (chunks: AsyncIterable<Uint8Array>, upload: Upload, limits: Limits) => Promise<void>): Reader => async (chunks, upload, _, limits) => {
  await read(chunks, upload, limits);
  return {};
};

const readers: Record<string, Reader> = {
  'application/json': readJson,
  'multipart/form-data': readForm,
  'text/plain': readText,
  'application/sql': readText,
  'application/zip': archive(readZip),
  'application/x-zip-compressed': archive(readZip),
  'application/gzip': archive(readTarGz),
  'application/x-gzip': archive(readTarGz),
};

export const readableTypes = Object.keys(readers);

export async function readBody(request: Request, limits: Limits): Promise<Body> {
  const [mediaType = ''] = (request.headers.get('content-type') ?? '').split(';');
  const read = readers[mediaType.trim().toLowerCase()];
  if (read === undefined) {
    throw new Problem('unsupported-type', `Content-Type is one of ${readableTypes.join(', ')}`, { 'accept-post': readableTypes.join(', ') });
  }
  const upload = new Upload(limits);
  const { config, options = {} } = await within(limits, read(chunksOf(request, limits), upload, request, limits));
  const files = upload.files();
  // As for the native command: a folder is the whole history, a single file builds on objects that it does not create.
  const history = mediaType.startsWith('text/') || mediaType === 'application/sql' ? 'partial' : 'complete';
  return { files, config: { history, ...(config ?? upload.config()) }, options };
}

/** The chunks of the body while they arrive, at most so many bytes of it, and in time. */
export async function* chunksOf(request: Request | Response, limits: Limits): AsyncGenerator<Uint8Array, void> {
  const encoding = request.headers.get('content-encoding') ?? 'identity';
  if (request instanceof Request && encoding !== 'identity') throw new Problem('unsupported-encoding', 'the body must not have a Content-Encoding');
  const tooLarge = () => new Problem('body-too-large', `the body has more than ${limits.bodyBytes} bytes`);
  if (Number(request.headers.get('content-length') ?? 0) > limits.bodyBytes) throw tooLarge();
  if (request.body === null) return;

  const reader = request.body.getReader();
  const { late, end } = deadline(limits);
  let bytes = 0;
  let ended = false;
  try {
    for (;;) {
      const { done, value } = await Promise.race([reader.read().catch(incomplete), late]);
      ended = done;
      if (done) return;
      bytes += value.length;
      if (bytes > limits.bodyBytes) throw tooLarge();
      yield value;
    }
  } finally {
    // What nobody wants is read all the same while it is not too much: with a body half read the connection could not be used again.
    while (!ended && bytes <= limits.bodyBytes) {
      const next = await Promise.race([reader.read(), late]).catch(() => undefined);
      ended = next === undefined || next.done;
      bytes += next?.value?.length ?? 0;
    }
    end();
    if (!ended) reader.cancel().catch(() => undefined);
  }
}

/** What rejects when the body should have been there, until it is ended. */
function deadline({ readMs }: Limits): { late: Promise<never>; end: () => void } {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Problem('body-timeout', `the body did not arrive within ${readMs} ms`)), readMs);
  });
  // Nobody may be waiting when the time is up.
  late.catch(() => undefined);
  return { late, end: () => clearTimeout(timer) };
}

/** For what is made of the body while it arrives: whatever it waits for, it does not wait longer. */
export async function within<T>(limits: Limits, read: Promise<T>): Promise<T> {
  const { late, end } = deadline(limits);
  return Promise.race([read, late]).finally(end);
}

function incomplete(): never {
  throw new Problem('invalid-body', 'the body ended before its end');
}

function checkCharset(request: Request): void {
  const charset = /;\s*charset\s*=\s*"?([^";\s]+)/i.exec(request.headers.get('content-type') ?? '')?.[1];
  if (charset !== undefined && !/^(utf-?8|us-ascii)$/i.test(charset)) throw new Problem('unsupported-encoding', 'the charset is UTF-8');
}

/** The body as JSON that is an object. */
export async function readJsonObject(chunks: AsyncIterable<Uint8Array>, limits: Limits): Promise<Record<string, unknown>> {
  const text = decode(await bytesOf(chunks), 'the body');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // The parser's message would have the text in it.
    throw new Problem('invalid-json', 'the body is no JSON');
  }
  if (!isObject(value)) throw new Problem('invalid-json', 'the body is not an object');
  if (isDeeperThan(value, limits.nesting)) throw new Problem('invalid-json', `the body nests deeper than ${limits.nesting} levels`);
  return value;
}

async function readJson(chunks: AsyncIterable<Uint8Array>, upload: Upload, request: Request, limits: Limits): ReturnType<Reader> {
  checkCharset(request);
  const { files, config, ...options } = await readJsonObject(chunks, limits);
  if (!Array.isArray(files)) throw new Problem('invalid-json', '`files` is not a list of {path, text}');
  for (const file of files as unknown[]) {
    if (!isObject(file) || typeof file.path !== 'string' || typeof file.text !== 'string') {
      throw new Problem('invalid-json', '`files` is not a list of {path, text}');
    }
    if (!file.text.isWellFormed()) throw new Problem('invalid-encoding', 'a text has half of a surrogate pair');
    upload.addText(file.path, file.text);
  }
  return { ...(config !== undefined && { config: asConfig(config) }), options };
}

async function readText(chunks: AsyncIterable<Uint8Array>, upload: Upload, request: Request): ReturnType<Reader> {
  checkCharset(request);
  const name = new URL(request.url).searchParams.get('name') ?? 'stdin.sql';
  const path = checkedPath(name);
  upload.addBytes(path, await bytesOf(chunks));
  return {};
}

async function readForm(chunks: AsyncIterable<Uint8Array>, upload: Upload, request: Request, limits: Limits): ReturnType<Reader> {
  const boundary = /;\s*boundary=(?:"([^"\r\n]{1,70})"|([^;\s"]{1,70}))/i.exec(request.headers.get('content-type') ?? '');
  if (boundary === null) throw new Problem('invalid-multipart', 'Content-Type has no boundary');
  const body = await bytesOf(chunks);
  let config: Partial<Config> | undefined;
  try {
    const sizes = { maxFileSize: limits.fileBytes, maxTotalSize: limits.bodyBytes, maxParts: limits.files + 2 };
    for (const part of parseMultipart(body, { boundary: boundary[1] ?? boundary[2] ?? '', ...sizes })) {
      checkHead(part);
      if (part.name === 'config' && part.filename === undefined) config = asConfig(jsonOf(part, limits));
      else addPart(part, upload);
    }
    // An empty body has no part and, to the parser, no fault.
    if (body.length === 0) throw new Problem('invalid-multipart', 'the body is empty');
  } catch (error) {
    throw error instanceof MultipartParseError ? multipartProblem(error, limits) : error;
  }
  return config === undefined ? {} : { config };
}

/** They are decoded when they are first asked for. */
function checkHead(part: MultipartPart): void {
  try {
    void part.headers;
  } catch {
    throw new Problem('invalid-multipart', 'the head of a part is not UTF-8');
  }
}

function addPart(part: MultipartPart, upload: Upload): void {
  const path = part.filename;
  if (path === undefined) throw new Problem('invalid-multipart', 'a part that is not `config` has no filename');
  if (/^(base64|quoted-printable)$/i.test(part.headers['content-transfer-encoding'] ?? '')) {
    throw new Problem('invalid-multipart', 'a part has a Content-Transfer-Encoding');
  }
  if (!upload.wants(checkedPath(path))) throw new Problem('unsupported-type', 'the files of a form are .sql files and pgdry.toml');
  upload.addBytes(path, part.bytes);
}

function jsonOf(part: MultipartPart, limits: Limits): unknown {
  try {
    const value: unknown = JSON.parse(decode(part.bytes, 'config'));
    if (!isDeeperThan(value, limits.nesting)) return value;
  } catch (error) {
    if (error instanceof Problem) throw error;
  }
  throw new Problem('invalid-configuration', '`config` is no JSON, or nests too deep');
}

function multipartProblem(error: MultipartParseError, limits: Limits): Problem {
  switch (error.name) {
    case 'MaxFileSizeExceededError':
      return new Problem('file-too-large', `a file has more than ${limits.fileBytes} bytes`);
    case 'MaxPartsExceededError':
      return new Problem('too-many-files', `there are more than ${limits.files} files`);
    case 'MaxTotalSizeExceededError':
      return new Problem('body-too-large', `the body has more than ${limits.bodyBytes} bytes`);
    default:
      return new Problem('invalid-multipart', 'the parts do not end as the boundary says, or one has a broken head');
  }
}

function asConfig(value: unknown): Partial<Config> {
  if (!isObject(value)) throw new Problem('invalid-configuration', '`config` is not an object');
  return value; // The validator says what is wrong in it.
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Without recursion: what is looked at may be as deep as the body is long. */
function isDeeperThan(value: unknown, levels: number): boolean {
  let level = [value];
  for (let depth = 0; depth <= levels; depth++) {
    level = level.flatMap((each) => (typeof each === 'object' && each !== null ? Object.values(each) : []));
    if (level.length === 0) return false;
  }
  return true;
}
