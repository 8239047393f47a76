/** A project in a link: compressed, behind the `#`, which no browser sends to a server. */

import type { Config, SourceText } from '../protocol';
import { Project } from './project';

/** Beyond this, programs on the way cut links off. */
export const MAX_LINK = 64 * 1024;
/** What a link may unpack to. */
export const MAX_UNPACKED = 32 * 1024 * 1024;
const KEY = '#project=';

interface Shared {
  v: 1;
  name: string;
  open: string;
  config: Partial<Config>;
  files: SourceText[];
}

export async function linkTo(project: Project, open: string, deflate: (bytes: Uint8Array) => Promise<Uint8Array>): Promise<string> {
  const shared: Shared = { v: 1, name: project.name, open, config: project.config, files: [...project.files] };
  const packed = await deflate(new TextEncoder().encode(JSON.stringify(shared)));
  return `${location.href.replace(/#.*/, '')}${KEY}${toBase64url(packed)}`;
}

/** The packed project in a link's fragment, if there is one. */
export function packedIn(hash: string): string | undefined {
  return hash.startsWith(KEY) ? hash.slice(KEY.length) : undefined;
}

/** The project of a link. Throws an error that says what is wrong with it: a link can come from anyone, and be cut. */
export async function fromLink(
  packed: string,
  inflate: (bytes: Uint8Array, limit: number) => Promise<Uint8Array>,
): Promise<{ project: Project; open: string }> {
  const text = new TextDecoder('utf-8', { fatal: true }).decode(await inflate(fromBase64url(packed), MAX_UNPACKED));
  const shared: unknown = JSON.parse(text);
  if (!isShared(shared)) throw new Error('it holds no project');
  const project = Project.of(shared.name, shared.files, shared.config);
  return { project, open: project.files.has(shared.open) ? shared.open : (project.paths.at(-1) ?? '') };
}

function isShared(value: unknown): value is Shared {
  if (typeof value !== 'object' || value === null) return false;
  const { v, name, open, config, files } = value as Record<string, unknown>;
  return (
    v === 1 &&
    typeof name === 'string' &&
    typeof open === 'string' &&
    typeof config === 'object' &&
    config !== null &&
    Array.isArray(files) &&
    files.every((file) => Array.isArray(file) && file.length === 2 && typeof file[0] === 'string' && typeof file[1] === 'string')
  );
}

function toBase64url(bytes: Uint8Array): string {
  let binary = '';
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

function fromBase64url(text: string): Uint8Array {
  try {
    return Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (character) => character.charCodeAt(0));
  } catch {
    throw new Error('it has characters that no link of this page has');
  }
}
