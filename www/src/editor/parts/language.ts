/** A script of its own, which runs by itself before the editor's: the languages. */
export { PostgreSQL } from '@codemirror/lang-sql';
export { syntaxTree } from '@codemirror/language';
