/** Archives, unpacked while they arrive, and no further than they may. */

import { Unzip, UnzipInflate } from 'fflate';
import { createTarDecoder, type ParsedTarEntry } from 'modern-tar';
import { joined } from './bytes.ts';
import { ARCHIVE_SLACK, BOMB_FLOOR, BOMB_RATIO, type Limits } from './limits.ts';
import { Problem } from './problem.ts';
import { checkedPath, shown, type Upload } from './upload.ts';

/** What is given to a decompressor at once: deflate makes at most 1,032 times of it, before anything can be counted. */
const SLICE = 1024;

/** Counts what comes in and what comes out. */
class Meter {
  readonly #limits: Limits;
  #packed = 0;
  #unpacked = 0;
  #entries = 0;

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  packed(bytes: number): void {
    this.#packed += bytes;
  }

  unpacked(bytes: number): void {
    this.#unpacked += bytes;
    const bomb = this.#unpacked > BOMB_FLOOR && this.#unpacked > BOMB_RATIO * this.#packed;
    if (bomb || this.#unpacked > ARCHIVE_SLACK * this.#limits.totalBytes) {
      throw new Problem('archive-bomb', `of ${this.#packed} bytes the archive unpacks to more than ${this.#unpacked}`);
    }
  }

  entry(): void {
    this.#entries++;
    if (this.#entries > ARCHIVE_SLACK * this.#limits.files) throw new Problem('too-many-files', `the archive has more than ${ARCHIVE_SLACK * this.#limits.files} entries`);
  }

  get entries(): number {
    return this.#entries;
  }
}

const broken = (why: string): Problem => new Problem('invalid-archive', why);

async function* sliced(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array<ArrayBuffer>, void> {
  for await (const chunk of chunks) {
    for (let at = 0; at < chunk.length; at += SLICE) yield chunk.slice(at, at + SLICE);
  }
}

/** A zip's entries as their own heads say; the directory at the end must know as many. */
export async function readZip(chunks: AsyncIterable<Uint8Array>, upload: Upload, limits: Limits): Promise<void> {
  const meter = new Meter(limits);
  let unfinished = 0;
  let end: Uint8Array = new Uint8Array(0);
  const unzip = new Unzip((entry) => {
    meter.entry();
    if (entry.name.endsWith('/')) return;
    const path = checkedPath(entry.name);
    // What is not started is not unpacked.
    if (!upload.wants(path)) return;
    const parts: Uint8Array[] = [];
    let size = 0;
    unfinished++;
    entry.ondata = (error, data, final) => {
      // What is thrown here while it unpacks comes back as `error`.
      if (error) throw error instanceof Problem ? error : broken(`${shown(path)} cannot be unpacked`);
      meter.unpacked(data.length);
      size += data.length;
      if (size > limits.fileBytes) throw upload.tooLarge(path);
      parts.push(data);
      if (!final) return;
      unfinished--;
      upload.addBytes(path, joined(parts));
    };
    entry.start();
  });
  unzip.register(UnzipInflate);
  try {
    for await (const slice of sliced(chunks)) {
      meter.packed(slice.length);
      end = joined([end, slice]).subarray(-4096);
      unzip.push(slice);
    }
    unzip.push(new Uint8Array(0), true);
  } catch (error) {
    throw error instanceof Problem ? error : broken('the zip is broken or not complete');
  }
  if (unfinished > 0 || entriesSaidAt(end) !== meter.entries) throw broken('the zip is broken or not complete');
}

/** The number of entries in a zip's end of central directory record; undefined when there is none, or it is of ZIP64. */
function entriesSaidAt(end: Uint8Array): number | undefined {
  const view = new DataView(end.buffer, end.byteOffset, end.byteLength);
  for (let at = end.length - 22; at >= 0; at--) {
    if (view.getUint32(at, true) === 0x06054b50) return view.getUint16(at + 10, true);
  }
  return undefined;
}

export async function readTarGz(chunks: AsyncIterable<Uint8Array>, upload: Upload, limits: Limits): Promise<void> {
  const meter = new Meter(limits);
  // What the streams in between make of an error differs from runtime to runtime: the first one is kept.
  let first: unknown;
  const keep = (error: unknown): never => {
    first ??= error;
    throw error;
  };
  const packed = streamOf(sliced(chunks), (slice) => meter.packed(slice.length), keep);
  const counting = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      try {
        meter.unpacked(chunk.length);
      } catch (error) {
        keep(error);
      }
      controller.enqueue(chunk);
    },
  });
  const entries = packed.pipeThrough(new DecompressionStream('gzip')).pipeThrough(counting).pipeThrough(createTarDecoder({ strict: true })).getReader();
  try {
    for (;;) {
      const { done, value } = await entries.read();
      if (done) return;
      meter.entry();
      await readEntry(value, upload, limits);
    }
  } catch (error) {
    entries.cancel().catch(() => undefined);
    const cause = first ?? error;
    throw cause instanceof Problem ? cause : broken('the tar.gz is broken or not complete');
  }
}

async function readEntry({ header, body }: ParsedTarEntry, upload: Upload, limits: Limits): Promise<void> {
  const isWanted = header.type !== 'directory' && upload.wants(checkedPath(header.name));
  if (isWanted && header.type !== 'file') throw broken(`${shown(header.name)} is a link or a device, not a file`);
  if (isWanted && header.size > limits.fileBytes) throw upload.tooLarge(header.name);
  // Read whether wanted or not: when a body is cancelled that this version of the decoder has read ahead already, it takes the next one for cancelled.
  const parts: Uint8Array[] = [];
  const reader = body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    if (isWanted) parts.push(value);
  }
  if (isWanted) upload.addBytes(header.name, joined(parts));
}

/** ReadableStream.from is not everywhere yet. */
function streamOf(source: AsyncGenerator<Uint8Array<ArrayBuffer>, void>, note: (chunk: Uint8Array) => void, keep: (error: unknown) => never): ReadableStream<Uint8Array<ArrayBuffer>> {
  return new ReadableStream(
    {
      async pull(controller) {
        const { done, value } = await source.next().catch(keep);
        if (done) return controller.close();
        note(value);
        controller.enqueue(value);
      },
      async cancel() {
        await source.return();
      },
    },
    { highWaterMark: 0 },
  );
}
