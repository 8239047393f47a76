import { defineConfig, type Plugin } from 'vite';
import { contentSecurityPolicy } from './csp.ts';
import { repositoryOf, site } from './site/plugin.ts';

/** Puts the policy into the built page. The development server needs inline styles, so it goes without. */
const policyInPage: Plugin = {
  name: 'policy-in-page',
  apply: 'build',
  transformIndexHtml: () => [
    {
      tag: 'meta',
      attrs: { 'http-equiv': 'Content-Security-Policy', content: contentSecurityPolicy },
      injectTo: 'head-prepend',
    },
  ],
};

/** Loads the page's script at once, although sw/boot.ts runs it only when the page has been painted. */
const preloadMain: Plugin = {
  name: 'preload-main',
  apply: 'build',
  transformIndexHtml: {
    order: 'post',
    handler: (_, { bundle }) => {
      const main = Object.values(bundle ?? {}).find((file) => file.type === 'chunk' && file.isDynamicEntry && file.name === 'main');
      if (!main) throw new Error('the bundle has no src/main.ts');
      return [{ tag: 'link', attrs: { rel: 'modulepreload', fetchpriority: 'low', href: `./${main.fileName}` }, injectTo: 'head' }];
    },
  },
};

/** Beside the page: the documentation site (site/), the element for other pages (element/), the service worker (sw/). Their names are public. */
const entries = { index: 'index.html', site: 'site/client/site.ts', 'pgdry-lint': 'element/pgdry-lint.ts', sw: 'sw/sw.ts' };
const scripts: Record<string, string> = { site: 'docs/assets/site-[hash].js', 'pgdry-lint': 'element/pgdry-lint.js', sw: 'sw.js' };
/** What is loaded only when it is asked for lies in a folder of its own, which the service worker does not fetch beforehand. */
const ON_DEMAND = /@electric-sql|src\/prove\/worker/;
const folderOf = (sources: readonly string[]): string => (sources.some((source) => ON_DEMAND.test(source)) ? 'assets/pglite' : 'assets');
/** The validator's module lies beside the element, so that its folder is whole; the page and its worker load it from there. */
const assetFileNames = ({ names, originalFileNames }: { names: string[]; originalFileNames: string[] }): string => {
  const folder = names.includes('pgdry_bg.wasm') ? 'element' : names.includes('site.css') ? 'docs/assets' : folderOf(originalFileNames);
  return `${folder}/[name]-[hash][extname]`;
};
const chunkFileNames = ({ moduleIds }: { moduleIds: string[] }): string => `${folderOf(moduleIds)}/[name]-[hash].js`;

export default defineConfig({
  // Relative addresses: the built page works under any path.
  base: './',
  plugins: [policyInPage, preloadMain, site(repositoryOf(import.meta.url))],
  build: {
    // The first that know light-dark().
    target: ['chrome123', 'firefox120', 'safari17.5'],
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // All that the page needs is loaded at once, so that it works without a network; smaller pieces would gain nothing.
    chunkSizeWarningLimit: 700,
    rolldownOptions: {
      input: entries,
      output: { assetFileNames, chunkFileNames, entryFileNames: ({ name }) => scripts[name] ?? 'assets/[name]-[hash].js' },
    },
  },
  worker: { format: 'es', rolldownOptions: { output: { assetFileNames, chunkFileNames, entryFileNames: chunkFileNames } } },
  // The examples and the package lie beside www/.
  server: { fs: { allow: ['..'] } },
});
