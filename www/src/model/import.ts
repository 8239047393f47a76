/** Files and folders that the user gives: which of them are migrations, and their configuration. */

import { parse } from 'smol-toml';
import type { Config, SourceText } from '../protocol';
import { fileName } from './project';

export interface Import {
  /** The folder's name; empty for single files. */
  folder: string;
  migrations: SourceText[];
  config: Partial<Config>;
  /** Why its pgdry.toml is not used. */
  configError?: string;
}

interface Given {
  path: string;
  file: File;
}

/** What was dropped. Call it while the event is handled: afterwards the browser has forgotten the items. */
export async function fromDrop(data: DataTransfer): Promise<Import> {
  const entries: FileSystemEntry[] = [];
  const loose: Given[] = [];
  for (const item of data.items) {
    const entry = item.webkitGetAsEntry();
    // What does not come from a file system (an attachment dragged out of a page) has no entry.
    const file = entry ? null : item.getAsFile();
    if (entry) entries.push(entry);
    if (file) loose.push({ path: file.name, file });
  }
  const given = (await Promise.all(entries.map(filesBelow))).flat();
  return read([...given, ...loose], entries.find((entry) => entry.isDirectory)?.name ?? '');
}

/** What a file input holds. */
export function fromInput(files: FileList): Promise<Import> {
  const given = [...files].map((file) => ({ path: file.webkitRelativePath || file.name, file }));
  const path = given[0]?.path ?? '';
  return read(given, path.slice(0, path.indexOf('/') + 1).replace('/', ''));
}

/** Folders in which no migration lies, and which can be huge. */
const skipped = new Set(['node_modules', '.git', 'target', 'dist']);

async function filesBelow(entry: FileSystemEntry): Promise<Given[]> {
  const path = entry.fullPath.replace(/^\//, '');
  if (isFile(entry)) return [{ path, file: await new Promise<File>((resolve, reject) => entry.file(resolve, reject)) }];
  if (!isDirectory(entry) || skipped.has(entry.name)) return [];
  const reader = entry.createReader();
  const found: Given[] = [];
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

async function read(given: Given[], folder: string): Promise<Import> {
  const migrations = await Promise.all(
    migrationsAmong(given).map(async ({ path, file }): Promise<SourceText> => [path, await file.text()]),
  );
  return { folder, migrations, ...(await configAmong(given)) };
}

/** As the command does: of a project only `supabase/migrations`, of a folder the files right in it. */
function migrationsAmong(given: Given[]): Given[] {
  const sql = given.filter(({ path }) => path.endsWith('.sql'));
  const inProject = sql.filter(({ path }) => /(^|\/)supabase\/migrations\/[^/]+$/.test(path));
  if (inProject.length > 0) return inProject;
  const depth = (path: string): number => path.split('/').length;
  const top = Math.min(...sql.map(({ path }) => depth(path)));
  return sql.filter(({ path }) => depth(path) === top);
}

/** The outermost pgdry.toml. */
async function configAmong(given: Given[]): Promise<{ config: Partial<Config>; configError?: string }> {
  const candidates = given.filter(({ path }) => fileName(path) === 'pgdry.toml');
  const [outermost] = candidates.toSorted((a, b) => a.path.length - b.path.length);
  if (!outermost) return { config: {} };
  try {
    return { config: readConfig(await outermost.file.text()) };
  } catch (error) {
    return { config: {}, configError: error instanceof Error ? error.message : String(error) };
  }
}

/** The content of a pgdry.toml. The validator says whether its keys and values make sense. */
export function readConfig(toml: string): Partial<Config> {
  return parse(toml);
}
