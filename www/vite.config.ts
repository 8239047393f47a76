import { defineConfig, type HtmlTagDescriptor, type Plugin } from 'vite';
import { contentSecurityPolicy } from './csp.ts';
import { isolation } from './isolation.ts';
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

/**
 * What the page shows first, in scripts that each take few milliseconds to run; the views that are not seen at first are scripts of their own. A group has no module that
 * is imported dynamically: the bundler loses its exports.
 */
const groups = [
  { name: 'editor-view', test: /node_modules\/(@codemirror\/(state|view)|@marijn|crelt|style-mod|w3c-keyname)\// },
  { name: 'editor-language', test: /node_modules\/(@codemirror\/(language|lang-sql|autocomplete)|@lezer)\// },
  { name: 'editor', test: /node_modules\/@codemirror\/(commands|lint|search)|src\/(editor\/[\w-]+\.ts|docs\/markdown|components\/code-styles)/ },
  { name: 'page', test: /@oxc-project|node_modules\/(lit|lit-element|lit-html|@lit|@lit-labs|smol-toml|idb-keyval)\/|src\/(components\/(app-|code-glimpse|events|file-list|icons|near-rows|paced|panel-styles|problem|shared|side-panel|split)|docs\/prose|model|pace)|element\/pieces/ },
];

/** These are loaded side by side, not each when the one before it asks for it; the editor after what draws the page. */
const FIRST = [
  { source: 'src/components/app.ts', fetchpriority: 'auto' },
  { source: 'src/editor/parts/view.ts', fetchpriority: 'low' },
  { source: 'src/editor/parts/language.ts', fetchpriority: 'low' },
  { source: 'src/components/sql-editor.ts', fetchpriority: 'low' },
];

const scriptsOfPage: Plugin = {
  name: 'scripts-of-page',
  apply: 'build',
  transformIndexHtml: {
    order: 'post',
    handler(_, { bundle = {} }) {
      const chunks = Object.values(bundle).filter((file) => file.type === 'chunk');
      const priorities = new Map<string, string>();
      const add = (name: string, priority: string): void => {
        const chunk = chunks.find(({ fileName }) => fileName === name);
        if (!chunk || chunk.isEntry || priorities.has(name)) return;
        priorities.set(name, priority);
        for (const imported of chunk.imports) add(imported, priority);
      };
      for (const { source, fetchpriority } of FIRST) {
        const chunk = chunks.find(({ facadeModuleId }) => facadeModuleId?.endsWith(source));
        if (!chunk) throw new Error(`${source} is no script of its own`);
        add(chunk.fileName, fetchpriority);
      }
      const module = Object.values(bundle).find((file) => file.type === 'asset' && file.names.includes('pgdry_bg.wasm'));
      if (!module) throw new Error('the page does not load the validator');
      const first = [...priorities];
      for (const [fileName] of first) {
        for (const name of chunks.find((chunk) => chunk.fileName === fileName)?.dynamicImports ?? []) if (!name.includes('/pglite/')) add(name, 'low');
      }
      const link = (attrs: Record<string, string>): HtmlTagDescriptor => ({ tag: 'link', attrs: { ...attrs, crossorigin: true }, injectTo: 'head' });
      const script = ([fileName, fetchpriority]: [string, string]): HtmlTagDescriptor => link({ rel: 'modulepreload', fetchpriority, href: `./${fileName}` });
      return [
        link({ rel: 'preload', as: 'fetch', href: `./${module.fileName}` }),
        ...first.map(script),
        // The browser does nothing with these until the page takes them out of the template.
        { tag: 'template', attrs: { id: 'views' }, children: [...priorities].slice(first.length).map(script), injectTo: 'head' },
      ];
    },
  },
};

export default defineConfig({
  // Relative addresses: the built page works under any path.
  base: './',
  plugins: [policyInPage, scriptsOfPage, pageData()],
  build: {
    // The first that know light-dark().
    target: ['chrome123', 'firefox120', 'safari17.5'],
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: { output: { assetFileNames, chunkFileNames, codeSplitting: { includeDependenciesRecursively: false, groups } } },
  },
  worker: { format: 'es', plugins: () => [pageData()], rolldownOptions: { output: { assetFileNames, chunkFileNames, entryFileNames: chunkFileNames } } },
  // The examples and the package lie beside www/.
  server: { fs: { allow: ['..'] }, headers: isolation },
  preview: { headers: isolation },
});
