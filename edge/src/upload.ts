/** The migrations of one request, with the limits kept as they come in. */

import type { Config } from 'pgdry';
import { parse as parseToml } from 'smol-toml';
import type { Limits } from './limits.ts';
import { Problem } from './problem.ts';

export interface SourceText {
  path: string;
  text: string;
}

/** What a request gives to be checked. */
export interface Given {
  files: SourceText[];
  config: Partial<Config>;
}

const ARCHIVES = /\.(zip|tar|t?gz|tgz|tbz2?|bz2|xz|txz|zst|7z|rar|jar)$/i;
/** Of the path of a file in a project of Supabase: the folder of migrations. */
const MIGRATIONS = /(^|\/)supabase\/migrations\/[^/]+$/;

export class Upload {
  readonly #limits: Limits;
  readonly #files = new Map<string, string>();
  #bytes = 0;
  #statements = 0;
  /** The pgdry.toml nearest to the root, and how deep it lies. */
  #configuration: { text: string; depth: number } | undefined;

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  /** Whether the entry of an archive is read at all. */
  wants(path: string): boolean {
    const name = path.slice(path.lastIndexOf('/') + 1);
    if (ARCHIVES.test(name)) throw new Problem('nested-archive', `${shown(path)}: archives in archives are not read`);
    // What macOS puts beside files.
    if (name.startsWith('.') || path.startsWith('__MACOSX/')) return false;
    return name.endsWith('.sql') || name === 'pgdry.toml';
  }

  addBytes(path: string, bytes: Uint8Array): void {
    if (bytes.length > this.#limits.fileBytes) throw this.tooLarge(path);
    this.addText(path, decode(bytes, path));
  }

  addText(given: string, text: string): void {
    const path = checkedPath(given);
    if (path.endsWith('pgdry.toml')) return this.#configure(path, text);
    // No text has fewer bytes than UTF-16 units, nor more than three times as many.
    const size = text.length * 3 <= this.#limits.fileBytes ? text.length : new TextEncoder().encode(text).length;
    if (size > this.#limits.fileBytes) throw this.tooLarge(path);
    this.#bytes += size;
    if (this.#bytes > this.#limits.totalBytes) throw new Problem('files-too-large', `the files have more than ${this.#limits.totalBytes} bytes together`);
    if (this.#files.size >= this.#limits.files) throw new Problem('too-many-files', `there are more than ${this.#limits.files} files`);
    for (let at = text.indexOf(';'); at !== -1; at = text.indexOf(';', at + 1)) this.#statements++;
    if (this.#statements > this.#limits.statements) {
      throw new Problem('too-many-statements', `the files have more than ${this.#limits.statements} semicolons together`);
    }
    if (this.#files.has(path)) throw new Problem('invalid-path', `${shown(path)}: there are two files of this path`);
    this.#files.set(path, text);
  }

  tooLarge(path: string): Problem {
    return new Problem('file-too-large', `${shown(path)} has more than ${this.#limits.fileBytes} bytes`);
  }

  #configure(path: string, text: string): void {
    if (text.length > this.#limits.fileBytes) throw this.tooLarge(path);
    const depth = path.split('/').length;
    if (this.#configuration === undefined || depth < this.#configuration.depth) this.#configuration = { text, depth };
  }

  /** What the pgdry.toml among the files says. */
  config(): Partial<Config> {
    if (this.#configuration === undefined) return {};
    try {
      return parseToml(this.#configuration.text, { maxDepth: 20 });
    } catch {
      throw new Problem('invalid-configuration', 'pgdry.toml is no TOML');
    }
  }

  /** All files; of a project of Supabase those of its folder of migrations. */
  files(): SourceText[] {
    if (this.#files.size === 0) throw new Problem('no-migrations', 'there is no .sql file in what was sent');
    const all = [...this.#files].map(([path, text]) => ({ path, text }));
    const migrations = all.filter(({ path }) => MIGRATIONS.test(path));
    return migrations.length > 0 ? migrations : all;
  }
}

export function decode(bytes: Uint8Array, path: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new Problem('invalid-encoding', `${shown(path)} is not UTF-8`);
  }
}

/** The path without what means nothing; a Problem for one that leads out of its folder. */
export function checkedPath(given: string): string {
  const refuse = (why: string): never => {
    throw new Problem('invalid-path', `${shown(given)}: ${why}`);
  };
  if (given.length > 1024) refuse('the path is too long');
  // eslint-disable-next-line no-control-regex -- those are what is refused
  if (/[\u0000-\u001f\u007f\u2028\u2029]/.test(given)) refuse('the path has control characters');
  if (given.includes('\\')) refuse('the path has backslashes');
  if (given.startsWith('/') || /^[A-Za-z]:/.test(given)) refuse('the path is absolute');
  const parts = given.split('/').filter((part) => part !== '' && part !== '.');
  if (parts.includes('..')) refuse('the path leads out of its folder');
  if (parts.length === 0) refuse('the path is empty');
  return parts.join('/');
}

/** A path as a message may have it: on one line, and not too long. */
export function shown(path: string): string {
  const quoted = JSON.stringify(path.length > 100 ? `${path.slice(0, 100)}…` : path);
  return quoted.slice(1, -1);
}
