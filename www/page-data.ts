/** Data that the page fetches once, beside its scripts: the example projects, and the rules' pages, whose Markdown is read here, not in the page. */

import { marked, type Token } from 'marked';
import { readdirSync, readFileSync } from 'node:fs';
import * as path from 'node:path';
import type { Plugin } from 'vite';

const repository = path.dirname(import.meta.dirname);

/** A project's pgdry.toml and migrations. */
function project(name: string): { config: string; files: [string, string][] } {
  const folder = path.join(repository, 'examples', name);
  const migrations = path.join(folder, 'supabase/migrations');
  const files = readdirSync(migrations).filter((file) => file.endsWith('.sql'));
  return {
    config: readFileSync(path.join(folder, 'pgdry.toml'), 'utf8'),
    files: files.map((file) => [file, readFileSync(path.join(migrations, file), 'utf8')]),
  };
}

/** What a token is without what it was made from. */
function compact(token: object): object {
  const entries = Object.entries(token).filter(([key]) => key !== 'raw' && !(key === 'text' && 'tokens' in token && !('depth' in token)));
  return Object.fromEntries(
    entries.map(([key, value]) => [key, Array.isArray(value) ? value.map((each: unknown) => (typeof each === 'object' && each !== null ? compactAll(each) : each)) : value]),
  );
}

const compactAll = (value: object): object => (Array.isArray(value) ? value.map((each: object) => compactAll(each)) : compact(value));

function rulePages(): Record<string, object> {
  const pages = JSON.parse(readFileSync(path.join(repository, 'pkg/dist/rule-pages.json'), 'utf8')) as Record<string, string>;
  return Object.fromEntries(
    Object.entries(pages).map(([rule, text]) => [rule, marked.lexer(text).filter(({ type }: Token) => type !== 'space').map((token) => compact(token))]),
  );
}

const data: Record<string, () => unknown> = {
  'page-data:aias': () => project('aias'),
  'page-data:broken': () => project('broken'),
  'page-data:rule-pages': rulePages,
};

/** `import url from 'page-data:NAME'` is the address of its JSON. */
export function pageData(): Plugin {
  let isBuild = false;
  return {
    name: 'page-data',
    configResolved: (config) => void (isBuild = config.command === 'build'),
    resolveId: (id) => (id in data ? `\0${id}` : undefined),
    load(id) {
      const make = data[id.replace('\0', '')];
      if (!id.startsWith('\0') || !make) return undefined;
      const source = JSON.stringify(make());
      if (!isBuild) return `export default ${JSON.stringify(`data:application/json;base64,${Buffer.from(source).toString('base64')}`)}`;
      const file = this.emitFile({ type: 'asset', name: `${id.slice('\0page-data:'.length)}.json`, source });
      return `export default import.meta.ROLLUP_FILE_URL_${file}`;
    },
  };
}
