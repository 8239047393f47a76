/** What the page and the worker with PGlite say to each other. */

export interface Run {
  /** SQL of the base, cut into statements; none for plain PostgreSQL. */
  base: readonly string[];
  /** Each file's statements. */
  files: readonly (readonly string[])[];
}

/** What PostgreSQL said to a statement. */
export interface Answer {
  /** Without one it was applied. */
  sqlstate?: string;
  message?: string;
}

export type Reply =
  | { kind: 'doing'; what: string }
  /** `missing`: what of the base this PostgreSQL refused, as it lacks some of Supabase's extensions. */
  | { kind: 'started'; version: string; missing: readonly string[] }
  | { kind: 'answers'; file: number; answers: Answer[] }
  | { kind: 'done'; milliseconds: number }
  | { kind: 'failure'; message: string };
