/** What a deployment decides, read from its environment. */

import { defaultLimits, type Limits } from './limits.ts';

export type Severity = 'error' | 'warning' | 'info';
export type FailOn = Severity | 'never';

/** Who may call. There is no default: a deployment that is open to all says so. */
export type Auth =
  | 'none'
  | { kind: 'bearer'; tokens: string[] }
  | { kind: 'jwt'; secret?: string; jwksUrl?: string; issuer?: string; roles: string[] };

export interface Storage {
  /** The project's address. Nothing that a request says leads elsewhere. */
  url: string;
  serviceKey: string;
  buckets: string[];
  /** The table of the verdicts, where there is one. */
  table?: string;
}

export interface Settings {
  auth: Auth;
  /** The origins whose pages may call; `*` is any. */
  origins: string[];
  failOn: FailOn;
  limits: Limits;
  /** What the platform puts before every path. */
  basePath: string;
  storage?: Storage;
}

export type Environment = Record<string, string | undefined>;

export class SettingsError extends Error {
  override readonly name = 'SettingsError';
}

const words = (text: string | undefined): string[] => (text ?? '').split(/[\s,]+/).filter((word) => word !== '');

export function settingsFrom(env: Environment): Settings {
  const storage = storageFrom(env);
  return {
    auth: authFrom(env),
    origins: words(env.PGDRY_CORS).map(origin),
    failOn: failOnOf(env.PGDRY_FAIL_ON ?? 'error') ?? refuse('PGDRY_FAIL_ON is one of error, warning, info, never'),
    limits: limitsFrom(env),
    basePath: (env.PGDRY_BASE_PATH ?? '').replace(/\/+$/, ''),
    ...(storage && { storage }),
  };
}

export function failOnOf(word: unknown): FailOn | undefined {
  return word === 'error' || word === 'warning' || word === 'info' || word === 'never' ? word : undefined;
}

function refuse(message: string): never {
  throw new SettingsError(message);
}

function authFrom(env: Environment): Auth {
  switch (env.PGDRY_AUTH) {
    case 'none':
      return 'none';
    case 'bearer': {
      const tokens = words(env.PGDRY_TOKEN);
      if (tokens.length === 0) refuse('PGDRY_AUTH=bearer needs PGDRY_TOKEN');
      if (tokens.some((token) => token.length < 16)) refuse('a token of PGDRY_TOKEN is shorter than 16 characters');
      return { kind: 'bearer', tokens };
    }
    case 'jwt': {
      const { PGDRY_JWT_SECRET: secret, PGDRY_JWKS_URL: jwksUrl, PGDRY_JWT_ISSUER: issuer } = env;
      if (!secret === !jwksUrl) refuse('PGDRY_AUTH=jwt needs one of PGDRY_JWT_SECRET and PGDRY_JWKS_URL');
      if (jwksUrl && !URL.canParse(jwksUrl)) refuse('PGDRY_JWKS_URL is no address');
      const roles = words(env.PGDRY_JWT_ROLES ?? 'authenticated service_role');
      return { kind: 'jwt', ...(secret && { secret }), ...(jwksUrl && { jwksUrl }), ...(issuer && { issuer }), roles };
    }
    default:
      return refuse('PGDRY_AUTH says who may call: bearer, jwt, or none for everybody');
  }
}

function origin(text: string): string {
  if (text === '*') return text;
  if (!URL.canParse(text) || new URL(text).origin !== text) refuse(`PGDRY_CORS: ${text} is no origin (https://example.com)`);
  return text;
}

function limitsFrom(env: Environment): Limits {
  const number = (name: string, otherwise: number): number => {
    const text = env[name];
    if (text === undefined || text === '') return otherwise;
    const value = Number(text);
    return Number.isSafeInteger(value) && value > 0 ? value : refuse(`${name} is a whole number above 0`);
  };
  return {
    bodyBytes: number('PGDRY_MAX_BODY_BYTES', defaultLimits.bodyBytes),
    files: number('PGDRY_MAX_FILES', defaultLimits.files),
    fileBytes: number('PGDRY_MAX_FILE_BYTES', defaultLimits.fileBytes),
    totalBytes: number('PGDRY_MAX_TOTAL_BYTES', defaultLimits.totalBytes),
    statements: number('PGDRY_MAX_STATEMENTS', defaultLimits.statements),
    nesting: number('PGDRY_MAX_NESTING', defaultLimits.nesting),
    readMs: number('PGDRY_MAX_READ_MS', defaultLimits.readMs),
    workMs: number('PGDRY_MAX_WORK_MS', defaultLimits.workMs),
    workBytes: number('PGDRY_MAX_WORK_BYTES', defaultLimits.workBytes),
    keptBytes: number('PGDRY_MAX_KEPT_BYTES', defaultLimits.keptBytes),
  };
}

function storageFrom(env: Environment): Storage | undefined {
  const buckets = words(env.PGDRY_BUCKETS);
  if (buckets.length === 0) return undefined;
  const { SUPABASE_URL: url, SUPABASE_SERVICE_ROLE_KEY: serviceKey, PGDRY_REPORT_TABLE: table } = env;
  if (!url || !URL.canParse(url)) return refuse('PGDRY_BUCKETS needs SUPABASE_URL');
  if (!serviceKey) return refuse('PGDRY_BUCKETS needs SUPABASE_SERVICE_ROLE_KEY');
  if (table !== undefined && !/^[A-Za-z_][A-Za-z0-9_]*$/.test(table)) return refuse('PGDRY_REPORT_TABLE is the name of a table');
  return { url: url.replace(/\/+$/, ''), serviceKey, buckets, ...(table && { table }) };
}
