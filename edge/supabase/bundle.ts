/** What a function of Supabase needs in one script. */
export * as engine from 'pgdry';
export { createHandler } from '../handler.ts';
