// Bodies of requests, good and bad.
import { gzipSync } from 'node:zlib';
import { packTar, zipSync } from './packages.mjs';

const bytes = (text) => new TextEncoder().encode(text);
const asBytes = (content) => (typeof content === 'string' ? bytes(content) : content);

/** `{path: text or bytes}` as a zip. */
export const zip = (files, options = { mtime: '2026-01-01' }) => zipSync(Object.fromEntries(Object.entries(files).map(([name, content]) => [name, asBytes(content)])), options);

export async function tar(files) {
  return packTar(
    Object.entries(files).map(([name, content]) =>
      content === null ? { header: { name, size: 0, type: 'symlink', linkname: '/etc/passwd' } } : { header: { name, size: asBytes(content).length, mtime: new Date(0) }, body: asBytes(content) },
    ),
  );
}

export const tarGz = async (files) => new Uint8Array(gzipSync(await tar(files)));

/** A changed copy. */
export function changed(body, change) {
  const copy = new Uint8Array(body);
  return change(copy) ?? copy;
}

/** `[header lines, content]` parts between the lines of a boundary. */
export function multipart(parts, { boundary = 'frontier', end = `--${boundary}--\r\n` } = {}) {
  const encoded = parts.flatMap(([head, content]) => [bytes(`--${boundary}\r\n${head.join('\r\n')}\r\n\r\n`), asBytes(content), bytes('\r\n')]);
  return Buffer.concat([...encoded, bytes(end)]);
}

export const filePart = (filename, content) => [[`Content-Disposition: form-data; name="files"; filename="${filename}"`, 'Content-Type: application/sql'], content];

export const form = (files, fields = {}) => {
  const data = new FormData();
  for (const { path, text } of files) data.append('files', new Blob([text]), path);
  for (const [name, value] of Object.entries(fields)) data.append(name, value);
  return data;
};
