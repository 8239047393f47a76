/** The families of rules in the order of the index, and what each looks at. */

export const FAMILIES: Record<string, string> = {
  syntax: 'What PostgreSQL’s parser refuses, and what is no SQL.',
  naming: 'Names of files, versions and objects.',
  schema: 'What PostgreSQL would refuse when the chain is applied from the first file on.',
  contract: 'What the application needs of the schema, as <code>[contract]</code> says.',
  rls: 'Who can read and write which rows.',
  security: 'Functions, grants and extensions that give more than they should.',
  index: 'Indexes that are missing, idle or built the wrong way.',
  lock: 'Statements that keep a live table from its readers or writers.',
  compat: 'Changes by which clients that run meanwhile break.',
  data: 'Statements that change or delete rows.',
  types: 'Types of columns, and what fits better.',
  atomicity: 'Whether a file is one safe transaction.',
  docs: 'Comments and headers.',
  suppression: 'Comments that silence other rules.',
};
