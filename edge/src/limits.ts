/** What a request may cost. All but `workMs` hold before anything is checked. */
export interface Limits {
  /** Bytes of a request's body, counted while they arrive. */
  bodyBytes: number;
  /** Migrations in a request. */
  files: number;
  /** Bytes of one migration. */
  fileBytes: number;
  /** Bytes of all migrations of a request. */
  totalBytes: number;
  /** Semicolons in all migrations of a request: no statement has less than one. */
  statements: number;
  /** Levels of a configuration that comes as JSON. */
  nesting: number;
  /** Milliseconds in which the body must have arrived. */
  readMs: number;
  /** Milliseconds of replay after which no further file is begun. Where the clock stands still while code runs (Cloudflare), the platform's own limit holds. */
  workMs: number;
  /** Bytes of WebAssembly memory beyond which no further file is begun. */
  workBytes: number;
  /** Bytes of WebAssembly memory that are kept from one request to the next. */
  keptBytes: number;
}

const KIB = 1024;
const MIB = 1024 * KIB;

export const defaultLimits: Limits = {
  bodyBytes: 2 * MIB,
  files: 1000,
  fileBytes: 256 * KIB,
  totalBytes: 1 * MIB,
  statements: 5000,
  nesting: 12,
  readMs: 10_000,
  workMs: 3000,
  workBytes: 80 * MIB,
  keptBytes: 32 * MIB,
};

/** An archive that unpacks to more than this times its size is a bomb; SQL is packed to a tenth. */
export const BOMB_RATIO = 100;
/** Below so many bytes no ratio is wrong: a file of a thousand equal lines is no bomb. */
export const BOMB_FLOOR = MIB;
/** What an archive may hold beside its migrations, in multiples of what they may be. */
export const ARCHIVE_SLACK = 8;
