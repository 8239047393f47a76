/** Names of migration files. */

/** `20250131120000`, the time in UTC, as the Supabase CLI names new migrations. */
export function versionOf(time: Date): string {
  return time.toISOString().slice(0, 19).replace(/\D/g, '');
}

/** A name for a new migration that none of these files has. */
export function newMigration(paths: readonly string[], now: Date): string {
  const taken = new Set(paths);
  for (let time = now.getTime(); ; time += 1000) {
    const name = `${versionOf(new Date(time))}_new_migration.sql`;
    if (!taken.has(name)) return name;
  }
}

/** The version and the rest of a file name: `['20250131000000', '_add_teams.sql']`; without a version, `['', name]`. */
export function parts(name: string): [version: string, rest: string] {
  const version = /^\d{14}(?=_)/.exec(name)?.[0] ?? '';
  return [version, name.slice(version.length)];
}
