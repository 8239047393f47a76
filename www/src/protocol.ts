/** What the page and the worker that holds the validator say to each other. */

import type { Config, Report, TypesOptions } from '../../pkg/dist/pgdry.js';

export type { Config, Finding, Fix, Report } from '../../pkg/dist/pgdry.js';

export type Dialect = NonNullable<TypesOptions['dialect']>;
export type SourceText = readonly [path: string, text: string];

/** The page's messages. `revision` counts the page's changes, so that a report can say which of them it has seen. */
export type Request =
  | { kind: 'open'; revision: number; config: Partial<Config>; files: SourceText[] }
  | { kind: 'edit'; revision: number; remove: string[]; set: SourceText[] }
  | { kind: 'types'; id: number; dialect: Dialect }
  | { kind: 'explain'; id: number; rule: string };

/** The worker's messages. */
export type Reply =
  | { kind: 'ready'; version: string }
  | { kind: 'report'; revision: number; report: Report; milliseconds: number }
  /** The configuration of an `open` was refused; its files are checked with the defaults. */
  | { kind: 'config-refused'; message: string }
  | { kind: 'answer'; id: number; text: string }
  | { kind: 'refusal'; id: number; message: string }
  /** The validator cannot go on: it did not load, or it died. */
  | { kind: 'failure'; message: string };
