/** pgdry.toml, as the page reads and writes it. The validator says whether its keys and values make sense. */

import { parse, stringify } from 'smol-toml';
import type { Config } from '../protocol';

export type Level = 'off' | 'info' | 'warning' | 'error';
export const levels: readonly Level[] = ['off', 'info', 'warning', 'error'];

/** Throws an error that says where it is no TOML. */
export function readConfig(toml: string): Partial<Config> {
  return parse(toml);
}

/** A pgdry.toml that says the same. */
export function writeConfig(config: Partial<Config>): string {
  return Object.keys(config).length > 0 ? stringify(config) : '';
}

/** The configuration with another value for a key; without the key for `undefined`. */
export function withKey<K extends keyof Config>(config: Partial<Config>, key: K, value: Config[K] | undefined): Partial<Config> {
  const { [key]: _, ...rest } = config;
  return value === undefined ? rest : { ...rest, [key]: value };
}

/** The severity that the configuration gives a rule, a `family/*` or `*`; `undefined` when it says nothing. */
export function levelOf({ rules }: Partial<Config>, name: string): Level | undefined {
  const setting = rules?.[name];
  return typeof setting === 'string' ? setting : setting?.severity;
}

/** The configuration with another severity for a rule. A rule's other options stay. */
export function withLevel(config: Partial<Config>, name: string, level: Level | undefined): Partial<Config> {
  const { [name]: setting, ...rules } = config.rules ?? {};
  const { severity: _, ...options } = typeof setting === 'object' ? setting : { severity: undefined };
  const hasOptions = Object.keys(options).length > 0;
  const next = hasOptions ? { ...options, ...(level ? { severity: level } : {}) } : level;
  const all = next === undefined ? rules : { ...rules, [name]: next };
  return withKey(config, 'rules', Object.keys(all).length > 0 ? (all as Config['rules']) : undefined);
}
