/** Names of migration files. */

/** `20250131120000`, the time in UTC, as the Supabase CLI names new migrations. */
export function versionOf(time: Date): string {
  return time.toISOString().slice(0, 19).replace(/\D/g, '');
}

/** A name for a new migration that none of these files has. */
export function newMigration(paths: readonly string[], now: Date, description = 'new_migration'): string {
  const taken = new Set(paths);
  for (let time = now.getTime(); ; time += 1000) {
    const name = `${versionOf(new Date(time))}_${description}.sql`;
    if (!taken.has(name)) return name;
  }
}

/** The version and the rest of a file name: `['20250131000000', '_add_teams.sql']`; without a version, `['', name]`. */
export function parts(name: string): [version: string, rest: string] {
  const version = /^\d{14}(?=_)/.exec(name)?.[0] ?? '';
  return [version, name.slice(version.length)];
}

/** The time that a version names; `undefined` when it names none, as a 31st of June does. */
export function timeOf(version: string): Date | undefined {
  const time = new Date(version.replace(/^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$/, '$1-$2-$3T$4:$5:$6Z'));
  return Number.isNaN(time.getTime()) || versionOf(time) !== version ? undefined : time;
}

const MINUTE = 60_000;

/**
 * A version between two others, as round as there is room for; `undefined` when no second lies between them. Without one of them, a minute past the
 * other.
 */
export function versionBetween(before: string, after: string): string | undefined {
  const [low, high] = [timeOf(before)?.getTime(), timeOf(after)?.getTime()];
  if (low === undefined && high === undefined) return undefined;
  if (low === undefined) return versionOf(new Date(high! - MINUTE));
  if (high === undefined) return versionOf(new Date(low + MINUTE));
  const middle = (low + high) / 2;
  for (const step of [1440 * MINUTE, 60 * MINUTE, MINUTE, 1000]) {
    const rounded = Math.floor(middle / step) * step;
    if (low < rounded && rounded < high) return versionOf(new Date(rounded));
  }
  return undefined;
}

/**
 * The name with which a file comes to stand at another place of the order, or why there is none. `to` is its place among the others.
 */
export function movedTo(paths: readonly string[], path: string, to: number): { path: string } | { refusal: string } {
  const others = paths.filter((each) => each !== path);
  const name = (at: number): string => others[at]?.slice(others[at].lastIndexOf('/') + 1) ?? '';
  const [before, after] = [parts(name(to - 1))[0], parts(name(to))[0]];
  if ((to > 0 && !before) || (to < others.length && !after)) return { refusal: 'Its neighbour there has no version in its name.' };
  const version = versionBetween(before, after);
  if (version === undefined) return { refusal: 'There is no second between its neighbours there: rename one of them first.' };
  const folder = path.slice(0, path.lastIndexOf('/') + 1);
  const [, rest] = parts(path.slice(folder.length));
  return { path: `${folder}${version}${rest.startsWith('_') ? '' : '_'}${rest}` };
}
