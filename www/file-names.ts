/** What the files of the built site are called, whichever build makes them. */

/** What is loaded only when it is asked for lies in a folder of its own, which the service worker does not fetch beforehand. */
const ON_DEMAND = /@electric-sql|src\/prove\/worker/;
const folderOf = (sources: readonly string[]): string => (sources.some((source) => ON_DEMAND.test(source)) ? 'assets/pglite' : 'assets');

/** The validator's module lies beside the element, so that its folder is whole; the page's worker loads the same file. */
export const assetFileNames = ({ names, originalFileNames }: { names: string[]; originalFileNames: string[] }): string => {
  const folder = names.includes('pgdry_bg.wasm') ? 'element' : names.includes('site.css') ? 'docs/assets' : folderOf(originalFileNames);
  return `${folder}/[name]-[hash][extname]`;
};

export const chunkFileNames = ({ moduleIds }: { moduleIds: string[] }): string => `${folderOf(moduleIds)}/[name]-[hash].js`;
