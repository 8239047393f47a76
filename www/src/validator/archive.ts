/** Compression for links, and zip archives of migrations. In the worker, so that the page goes on meanwhile. */

import { deflateSync, Inflate, strFromU8, Unzip, UnzipInflate } from 'fflate';
import type { SourceText } from '../protocol';

/** What an archive may unpack to: far more than any project has, far less than what a hostile archive makes of a few kilobytes. */
export const MAX_UNPACKED = 64 * 1024 * 1024;
export const MAX_FILES = 20_000;
/** Input is given in pieces, so that what unpacks to too much is stopped on the way. */
const PIECE = 16 * 1024;

export function deflate(bytes: Uint8Array): Uint8Array {
  return deflateSync(bytes, { level: 9 });
}

export function inflate(bytes: Uint8Array, limit: number): Uint8Array {
  const pieces: Uint8Array[] = [];
  let size = 0;
  let whole = false;
  const stream = new Inflate((piece, final) => {
    size += piece.length;
    if (size > limit) throw new Error(`it unpacks to more than ${inMegabytes(limit)}`);
    pieces.push(piece);
    whole = final;
  });
  for (let at = 0; at < bytes.length; at += PIECE) stream.push(bytes.subarray(at, at + PIECE), at + PIECE >= bytes.length);
  if (!whole) throw new Error('it is cut short');
  return joined(pieces, size);
}

const isWanted = (path: string): boolean =>
  (path.endsWith('.sql') || /(^|\/)pgdry\.toml$/.test(path)) && !/(^|\/)(__MACOSX|node_modules|\.git)\//.test(path);

/** The .sql and pgdry.toml files of an archive. Nothing else is unpacked. */
export function unzip(bytes: Uint8Array, limit = MAX_UNPACKED): SourceText[] {
  if (bytes[0] !== 0x50 || bytes[1] !== 0x4b) throw new Error('it is no zip archive');
  const found: SourceText[] = [];
  let size = 0;
  let seen = 0;
  const stream = new Unzip((file) => {
    if (++seen > MAX_FILES) throw new Error(`it has more than ${MAX_FILES.toLocaleString('en')} files`);
    if (!isWanted(file.name)) return;
    const pieces: Uint8Array[] = [];
    let own = 0;
    file.ondata = (error, piece, final) => {
      if (error) throw error;
      size += piece.length;
      own += piece.length;
      if (size > limit) throw new Error(`it unpacks to more than ${inMegabytes(limit)}`);
      pieces.push(piece);
      if (final) found.push([file.name, strFromU8(joined(pieces, own))]);
    };
    file.start();
  });
  stream.register(UnzipInflate);
  for (let at = 0; at < bytes.length; at += PIECE) stream.push(bytes.subarray(at, at + PIECE), at + PIECE >= bytes.length);
  return found;
}

function joined(pieces: readonly Uint8Array[], size: number): Uint8Array {
  const all = new Uint8Array(size);
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}

const inMegabytes = (bytes: number): string => `${bytes / 1024 / 1024} MB`;
