/** What the search knows: an index that is built with the site and read by the page. */

import MiniSearch, { type Options } from 'minisearch';

export interface Entry {
  id: number;
  title: string;
  /** A rule's family, or `Guide`. */
  kind: string;
  description: string;
  headings: string;
  text: string;
  path: string;
}

/** The same for building and for reading. */
export const searchOptions: Options<Entry> = {
  fields: ['title', 'description', 'headings', 'text'],
  storeFields: ['title', 'description', 'path'],
  // A rule is found by its name's parts too: `rls/no-policy` by `policy`.
  tokenize: (text) => text.split(/[^\p{L}\p{N}_]+/u).filter(Boolean),
  searchOptions: { prefix: true, fuzzy: 0.15, boost: { title: 6, description: 3, headings: 2 }, combineWith: 'AND' },
};

export const newIndex = (): MiniSearch<Entry> => new MiniSearch(searchOptions);
