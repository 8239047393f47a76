/** The documentation site and the service worker's list of files, written beside what Vite has built. */

import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Plugin } from 'vite';
import { deadLinks } from './links.ts';
import { pageHtml, type Assets } from './layout.ts';
import { buildPages, type Page } from './pages.ts';
import { newIndex } from './search.ts';
import { loadValidator } from './validator.ts';

const hash = (content: string | Buffer): string => createHash('sha256').update(content).digest('base64url').slice(0, 8);

export function site(repository: string): Plugin {
  let out = '';
  return {
    name: 'pgdry-site',
    apply: 'build',
    configResolved(config) {
      out = path.resolve(config.root, config.build.outDir);
    },
    writeBundle: {
      order: 'post',
      async handler(_, bundle) {
        const began = performance.now();
        const chunks = Object.values(bundle).filter((file) => file.type === 'chunk');
        const named = (name: string): (typeof chunks)[number] => {
          const chunk = chunks.find((other) => other.isEntry && other.name === name);
          if (!chunk) throw new Error(`the bundle has no entry ${name}`);
          return chunk;
        };
        const write = (file: string, content: string): void => {
          mkdirSync(path.dirname(path.join(out, file)), { recursive: true });
          writeFileSync(path.join(out, file), content);
        };

        const built = await buildPages(repository, await loadValidator(repository));
        const index = searchIndex(built.pages);
        const assets: Assets = {
          script: named('site').fileName,
          styles: [...(named('site').viteMetadata?.importedCss ?? [])],
          element: named('pgdry-lint').fileName,
          icon: 'icons/icon.svg',
          manifest: 'manifest.webmanifest',
          searchIndex: `docs/assets/search-${hash(index)}.json`,
        };
        if (assets.styles.length === 0) throw new Error('the bundle has no style sheet of the site');
        write(assets.searchIndex, index);
        const pages = new Map(built.pages.map((page) => [page.path, pageHtml(page, built, assets)]));
        for (const [file, html] of pages) write(file, html);

        const dead = deadLinks(pages, new Set(filesIn(out)));
        if (dead.length) throw new Error(`dead links:\n${dead.join('\n')}`);
        const kept = precache(out, named('sw').fileName);
        const seconds = ((performance.now() - began) / 1000).toFixed(1);
        this.info(`${pages.size} pages, ${built.examples} examples run, ${kept} files kept for offline use, ${seconds} s`);
      },
    },
  };
}

export const repositoryOf = (config: string): string => path.dirname(path.dirname(fileURLToPath(config)));

const filesIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)).split(path.sep).join('/'))
    .sort();

function searchIndex(pages: readonly Page[]): string {
  const index = newIndex();
  const plain = (html: string): string =>
    html
      .replace(/<[^>]*>/g, ' ')
      .replace(/&lt;/g, '<')
      .replace(/&gt;/g, '>')
      .replace(/&quot;/g, '"')
      .replace(/&#39;/g, "'")
      .replace(/&amp;/g, '&');
  // Of code only the prose around it is searched: the words of SQL are on every page.
  const prose = (body: string): string => plain(body.replace(/<(figure|pre|h1|h2)\b[\s\S]*?<\/\1>/g, ' '));
  index.addAll(
    pages.map(({ path: at, title, kind, description, headings, body }, id) => ({
      id,
      title,
      kind,
      description,
      headings: headings.map(({ text }) => plain(text)).join(' '),
      text: prose(body),
      path: at,
    })),
  );
  return JSON.stringify(index);
}

/** Gives the service worker its list: what each file is called, and its content's hash. Returns how many there are. */
function precache(out: string, worker: string): number {
  const script = path.join(out, worker);
  const list = filesIn(out)
    // What is loaded only when it is asked for (PGlite) is kept when it was.
    .filter((file) => file !== worker && !/pglite/i.test(file) && !file.endsWith('.map'))
    .map((file) => [file, hash(readFileSync(path.join(out, file)))]);
  const code = readFileSync(script, 'utf8');
  const marker = /(["'`])PRECACHE\1/;
  if (!marker.test(code)) throw new Error(`${worker} has no place for its list of files`);
  writeFileSync(script, code.replace(marker, () => JSON.stringify(JSON.stringify(list))));
  return list.length;
}
