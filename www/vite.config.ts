import { defineConfig, type Plugin } from 'vite';
import { contentSecurityPolicy } from './csp.ts';
import { pageData } from './page-data.ts';
import { assetFileNames, chunkFileNames } from './file-names.ts';

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

/** The page says what it is for before its script is there: what that needs comes first. */
const scriptAfterPage: Plugin = {
  name: 'script-after-page',
  apply: 'build',
  transformIndexHtml: {
    order: 'post',
    handler: (html) => html.replace('<script type="module"', '<script type="module" fetchpriority="low"'),
  },
};

export default defineConfig({
  // Relative addresses: the built page works under any path.
  base: './',
  plugins: [policyInPage, scriptAfterPage, pageData()],
  build: {
    // The first that know light-dark().
    target: ['chrome123', 'firefox120', 'safari17.5'],
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // All that the page needs is loaded at once, so that it works without a network; smaller pieces would gain nothing.
    chunkSizeWarningLimit: 700,
    rolldownOptions: { output: { assetFileNames, chunkFileNames } },
  },
  worker: { format: 'es', plugins: () => [pageData()], rolldownOptions: { output: { assetFileNames, chunkFileNames, entryFileNames: chunkFileNames } } },
  // The examples and the package lie beside www/.
  server: { fs: { allow: ['..'] } },
});
