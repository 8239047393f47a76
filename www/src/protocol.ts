/** What the page and the worker that holds the validator say to each other. */

import type { Token } from 'marked';
import type { Options } from './model/completion';
import type { Graph } from './model/diagram';
import type { SchemaChange } from './model/schema-diff';
import type { Config, Finding as ReportFinding, Report, StatementLocks, TypesOptions } from '../../pkg/dist/pgdry.js';

export type { Config, Fix, Report, Schema, TableInfo, ViewInfo, ColumnInfo, FunctionInfo, SchemaObjects, StatementLocks } from '../../pkg/dist/pgdry.js';

/** A page's Markdown, read. */
export type Page = readonly Token[];

export type Dialect = NonNullable<TypesOptions['dialect']>;
export type Target = NonNullable<TypesOptions['target']>;
export type SourceText = readonly [path: string, text: string];

/** Where a finding stands: its file, and its place among that file's findings. It stays when other files' findings are replaced. */
export interface FindingId {
  readonly file: string;
  readonly index: number;
}

/** A finding of the report, with its first cause named by file, as files' findings come and go by themselves. */
export interface Finding extends Omit<ReportFinding, 'caused_by'> {
  readonly cause?: FindingId;
}

/** All findings of one file; none when the file has no longer any. */
export type FileFindings = readonly [file: string, findings: readonly Finding[]];

/** What the page can ask, and what it gets. */
export interface Questions {
  types: { ask: { target: Target; dialect: Dialect }; answer: string };
  /** A rule's page; empty for an unknown rule. */
  explain: { ask: { rule: string }; answer: Page };
  /** The names of all rules. */
  rules: { ask: object; answer: string[] };
  /** What may be written after `before` in a statement of a file; `previous` is the file replayed before that one, if any. */
  completions: { ask: { path: string; previous: string | undefined; before: string; statement: string; supabase: boolean }; answer: Options };
  /** What a file changed of the schema, and the tables after it; `key` stands for the graph: the same key, the same graph. */
  timeline: { ask: { path: string; previous: string | undefined; known: string }; answer: { changes: SchemaChange[]; key: string; graph: Graph | undefined } };
  /** The statements of a file with the locks that they take. */
  locks: { ask: { path: string }; answer: StatementLocks[] };
  /** Every file's statements, in the order of the replay. */
  statements: { ask: object; answer: FileStatements[] };
  /** SQL cut into its statements. */
  split: { ask: { sql: string }; answer: string[] };
  /** Bytes compressed (raw deflate), and back. Beyond `limit` bytes the answer is a refusal. */
  deflate: { ask: { bytes: Uint8Array }; answer: Uint8Array };
  inflate: { ask: { bytes: Uint8Array; limit: number }; answer: Uint8Array };
  /** The migrations and pgdry.toml files of a zip archive. */
  unzip: { ask: { bytes: Uint8Array }; answer: SourceText[] };
}

export interface StatementPlace {
  /** In UTF-16 units, and the line from 1. */
  from: number;
  to: number;
  line: number;
  /** Whether it is replayed: not if it is refused, or if it is not known what it does. */
  applied: boolean;
}

export type FileStatements = readonly [file: string, statements: readonly StatementPlace[]];

export type Topic = keyof Questions;

/** The page's first message: the validator's module, compiled; where that failed, the worker loads it itself. */
export interface Start {
  kind: 'start';
  module: WebAssembly.Module | undefined;
  /** Where `so-far` is put, if there is memory to share. */
  slot: SharedArrayBuffer | undefined;
}

/** The page's messages after it. `revision` counts the page's changes, so that findings can say which of them they have seen. */
export type Request =
  | { kind: 'open'; revision: number; config: Partial<Config>; files: SourceText[] }
  | { kind: 'edit'; revision: number; remove: string[]; set: SourceText[] }
  | { [T in Topic]: { kind: 'ask'; id: number; topic: T; ask: Questions[T]['ask'] } }[Topic];

export interface SoFar {
  kind: 'so-far';
  revision: number;
  file: FileFindings;
}

/** The worker's messages. */
export type Reply =
  | { kind: 'ready'; version: string }
  /**
   * Findings that replace those of their files; the rest stays. What does not fit into one message without holding up the page comes in several:
   * the last of them has the summary.
   */
  | { kind: 'findings'; revision: number; files: FileFindings[]; last?: { summary: Report['summary']; milliseconds: number } }
  /** What is known of the edited file, before the rest of the chain is judged. */
  | SoFar
  /** It is in the slot. */
  | { kind: 'look' }
  /** The configuration of an `open` was refused; its files are checked with the defaults. Without a message it was taken. */
  | { kind: 'config'; refused: string }
  | { kind: 'answer'; id: number; answer: Questions[Topic]['answer'] }
  | { kind: 'refusal'; id: number; message: string }
  /** The validator cannot go on: it did not load, or it died. */
  | { kind: 'failure'; message: string };
