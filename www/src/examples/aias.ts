/** A platform's migrations: 29 steps and a consolidated baseline, without an error. */
export const files: Record<string, string> = import.meta.glob('../../../examples/aias/supabase/migrations/*.sql', {
  query: '?raw',
  import: 'default',
  eager: true,
});
