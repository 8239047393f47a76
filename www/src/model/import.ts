/** Files, folders and archives that the user gives: which of them are migrations, and their configuration. */

import { breath } from '../pace';
import type { Config, SourceText } from '../protocol';
import { readConfig } from './config';
import { fileName } from './project';

export interface Import {
  /** The folder's or archive's name; empty for single files. */
  folder: string;
  migrations: SourceText[];
  config: Partial<Config>;
  /** Whether there was a configuration. */
  configured: boolean;
  /** Why its pgdry.toml is not used. */
  configError?: string;
}

/** Unpacks what is wanted of a zip archive. */
export type Unzip = (bytes: Uint8Array) => Promise<SourceText[]>;

interface Given {
  path: string;
  text(): Promise<string>;
}

/** An archive beyond this is not even read. */
const MAX_ARCHIVE = 100 * 1024 * 1024;

/** What was dropped. Call it while the event is handled: afterwards the browser has forgotten the items. */
export async function fromDrop(data: DataTransfer, unzip: Unzip): Promise<Import> {
  const entries: FileSystemEntry[] = [];
  const loose: File[] = [];
  for (const item of data.items) {
    const entry = item.webkitGetAsEntry();
    // What does not come from a file system (an attachment dragged out of a page) has no entry.
    const file = entry ? null : item.getAsFile();
    if (entry) entries.push(entry);
    if (file) loose.push(file);
  }
  const files = (await Promise.all(entries.map(filesBelow))).flat();
  const given = [...files, ...loose.map((file) => ({ path: file.name, file }))];
  return read(given, entries.find((entry) => entry.isDirectory)?.name ?? '', unzip);
}

/** What a file input holds, or the clipboard. */
export function fromFiles(files: Iterable<File>, unzip: Unzip): Promise<Import> {
  const given = [...files].map((file) => ({ path: file.webkitRelativePath || file.name, file }));
  const path = given[0]?.path ?? '';
  return read(given, path.slice(0, path.indexOf('/') + 1).replace('/', ''), unzip);
}

/** A folder that was picked. */
export async function fromFolder(folder: FileSystemDirectoryHandle): Promise<Import> {
  return choose(await givenIn(folder, folder.name), folder.name);
}

async function givenIn(folder: FileSystemDirectoryHandle, path: string): Promise<Given[]> {
  const given: Given[] = [];
  for await (const entry of folder.values()) {
    const below = `${path}/${entry.name}`;
    if (entry instanceof FileSystemFileHandle) given.push({ path: below, text: async () => (await entry.getFile()).text() });
    else if (entry instanceof FileSystemDirectoryHandle && !skipped.has(entry.name)) given.push(...(await givenIn(entry, below)));
  }
  return given;
}

interface GivenFile {
  path: string;
  file: File;
}

/** Folders in which no migration lies, and which can be huge. */
const skipped = new Set(['node_modules', '.git', 'target', 'dist']);

async function filesBelow(entry: FileSystemEntry): Promise<GivenFile[]> {
  const path = entry.fullPath.replace(/^\//, '');
  if (isFile(entry)) return [{ path, file: await new Promise<File>((resolve, reject) => entry.file(resolve, reject)) }];
  if (!isDirectory(entry) || skipped.has(entry.name)) return [];
  const reader = entry.createReader();
  const found: GivenFile[] = [];
  // A reader gives its entries in batches, and an empty batch at the end.
  for (;;) {
    const batch = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (batch.length === 0) return found;
    found.push(...(await Promise.all(batch.map(filesBelow))).flat());
  }
}

// Chromium has these classes but does not name them, so `instanceof` cannot tell.
const isFile = (entry: FileSystemEntry): entry is FileSystemFileEntry => entry.isFile;
const isDirectory = (entry: FileSystemEntry): entry is FileSystemDirectoryEntry => entry.isDirectory;

async function read(files: GivenFile[], folder: string, unzip: Unzip): Promise<Import> {
  const archive = files.length === 1 && files[0]?.path.endsWith('.zip') ? files[0].file : undefined;
  if (archive) {
    if (archive.size > MAX_ARCHIVE) throw new Error(`${archive.name} is larger than ${MAX_ARCHIVE / 1024 / 1024} MB`);
    const unpacked = await unzip(new Uint8Array(await archive.arrayBuffer()));
    const given = unpacked.map(([path, text]) => ({ path, text: () => Promise.resolve(text) }));
    return choose(given, archive.name.replace(/\.zip$/, ''));
  }
  return choose(
    files.map(({ path, file }) => ({ path, text: () => file.text() })),
    folder,
  );
}

/** So many files are read at the same time: to begin reading hundreds would hold the page up. */
const AT_ONCE = 32;

async function choose(given: Given[], folder: string): Promise<Import> {
  const wanted = migrationsAmong(given);
  const migrations: SourceText[] = [];
  for (let at = 0; at < wanted.length; at += AT_ONCE) {
    const some = wanted.slice(at, at + AT_ONCE);
    migrations.push(...(await Promise.all(some.map(async ({ path, text }): Promise<SourceText> => [path, await text()]))));
    await breath();
  }
  return { folder, migrations, ...(await configAmong(given)) };
}

/** As the command does: of a project only `supabase/migrations`, of a folder the files right in it. */
function migrationsAmong(given: Given[]): Given[] {
  const sql = given.filter(({ path }) => path.endsWith('.sql'));
  const inProject = sql.filter(({ path }) => /(^|\/)supabase\/migrations\/[^/]+$/.test(path));
  if (inProject.length > 0) return inProject;
  const depth = (path: string): number => path.split('/').length;
  const top = sql.reduce((least, { path }) => Math.min(least, depth(path)), Infinity);
  return sql.filter(({ path }) => depth(path) === top);
}

/** The outermost pgdry.toml. */
async function configAmong(given: Given[]): Promise<Pick<Import, 'config' | 'configured' | 'configError'>> {
  const candidates = given.filter(({ path }) => fileName(path) === 'pgdry.toml');
  const [outermost] = candidates.toSorted((a, b) => a.path.length - b.path.length);
  if (!outermost) return { config: {}, configured: false };
  try {
    return { config: readConfig(await outermost.text()), configured: true };
  } catch (error) {
    return { config: {}, configured: true, configError: error instanceof Error ? error.message : String(error) };
  }
}
