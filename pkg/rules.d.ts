/** A rule's page as Markdown, as `pgdry explain RULE` prints it. Throws an `Error` with the code `unknown-rule`. */
export function explain(rule: string): string;

/** The names of all rules that have a page, sorted. */
export const rules: readonly string[];
