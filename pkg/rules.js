import { pages } from './dist/rule-pages.js';

export function explain(rule) {
  if (!Object.hasOwn(pages, rule)) throw Object.assign(new Error(`there is no rule \`${rule}\``), { code: 'unknown-rule' });
  return pages[rule];
}

export const rules = Object.keys(pages);
