/** One mistake a file. */
export const files: Record<string, string> = import.meta.glob('../../../examples/broken/supabase/migrations/*.sql', {
  query: '?raw',
  import: 'default',
  eager: true,
});
export { default as config } from '../../../examples/broken/pgdry.toml?raw';
