// Bodies of requests, good and bad.
import { spawnSync } from 'node:child_process';
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

function printed(command, args) {
  const { status, stdout, stderr } = spawnSync(command, args, { maxBuffer: 1 << 26 });
  if (status !== 0) throw new Error(`${command}: ${stderr}`);
  return stdout;
}

/** A folder as GNU tar packs it. */
export const gnuTarGz = (folder, name) => printed('tar', ['--create', '--gzip', '--directory', folder, name]);

/** A folder as a program packs it that cannot go back to write sizes into the heads: they follow the data. */
export const streamedZip = (folder, name) =>
  printed('python3', [
    '-c',
    `
import pathlib, sys, zipfile
class Pipe:
    def write(self, data): return sys.stdout.buffer.write(data)
    def flush(self): sys.stdout.buffer.flush()
root = pathlib.Path(sys.argv[1])
with zipfile.ZipFile(Pipe(), 'w', zipfile.ZIP_DEFLATED) as archive:
    for file in sorted((root / sys.argv[2]).rglob('*')):
        archive.write(file, file.relative_to(root))`,
    folder,
    name,
  ]);
