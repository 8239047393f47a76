import { defineConfig } from 'vite';
import { assetFileNames } from './file-names.ts';
import { repositoryOf, site } from './site/plugin.ts';

/** Their names are public. */
const names: Record<string, string> = { site: 'docs/assets/site-[hash].js', 'pgdry-lint': 'element/pgdry-lint.js', sw: 'sw.js' };

/** The second part of the build, beside the page's: the documentation (site/), the element for other pages (element/), the service worker (sw/). */
export default defineConfig({
  base: './',
  publicDir: false,
  plugins: [site(repositoryOf(import.meta.url))],
  build: {
    target: ['chrome123', 'firefox120', 'safari17.5'],
    emptyOutDir: false,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: { site: 'site/client/site.ts', 'pgdry-lint': 'element/pgdry-lint.ts', sw: 'sw/sw.ts' },
      output: { assetFileNames, entryFileNames: ({ name }) => names[name] ?? 'assets/[name]-[hash].js' },
    },
  },
});
