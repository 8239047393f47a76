import { defineConfig, type Plugin } from 'vite';
import { contentSecurityPolicy } from './csp.ts';
import { pageData } from './page-data.ts';

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

export default defineConfig({
  // Relative addresses: the built page works under any path.
  base: './',
  plugins: [policyInPage, pageData()],
  build: {
    // The first that know light-dark().
    target: ['chrome123', 'firefox120', 'safari17.5'],
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // All that the page needs is loaded at once, so that it works without a network; smaller pieces would gain nothing.
    chunkSizeWarningLimit: 700,
  },
  worker: { format: 'es', plugins: () => [pageData()] },
  // The examples and the package lie beside www/.
  server: { fs: { allow: ['..'] } },
});
