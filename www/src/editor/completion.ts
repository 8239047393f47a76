/** Completion from the replayed schema: what exists around the open migration, by the place of the cursor in its statement. */

import { syntaxTree } from '@codemirror/language';
import { keywordCompletionSource, PostgreSQL } from '@codemirror/lang-sql';
import type { CompletionContext, CompletionResult, CompletionSource } from '@codemirror/autocomplete';
import type { Questions } from '../protocol';

/** Made when it is first asked for: it has a thousand words. */
let madeKeywords: CompletionSource | undefined;
const keywords: CompletionSource = (context) => (madeKeywords ??= keywordCompletionSource(PostgreSQL))(context);

/** Where the statement begins: after the last semicolon, which a string or body may hold too; then less is known of it, and nothing wrong. */
function statementAround(text: string, at: number): [from: number, to: number] {
  const end = text.indexOf(';', at);
  return [text.lastIndexOf(';', at - 1) + 1, end < 0 ? text.length : end];
}

type Place = Pick<Questions['completions']['ask'], 'before' | 'statement'>;

/** `ask` is asked once a completion; it may wait for the replay. */
export function schemaCompletion(ask: (place: Place) => Promise<Questions['completions']['answer'] | undefined>): CompletionSource {
  return async (context: CompletionContext): Promise<CompletionResult | null> => {
    if (/Comment/.test(syntaxTree(context.state).resolveInner(context.pos, -1).name)) return null;
    const word = context.matchBefore(/"[^"\n]*|[\p{L}_][\p{L}\p{N}_$]*/u);
    const start = word?.from ?? context.pos;
    const isAfterDot = context.state.sliceDoc(start - 1, start) === '.';
    if (!word && !isAfterDot && !context.explicit) return null;
    const text = context.state.doc.toString();
    const [from, to] = statementAround(text, context.pos);
    const known = await ask({ before: text.slice(from, start), statement: text.slice(from, to) });
    if (!known || context.aborted) return null;
    const more = known.withKeywords ? await keywords(context) : null;
    return { from: start, options: [...known.options, ...(more?.options ?? [])], validFor: /^"?[\p{L}\p{N}_$]*"?$/u };
  };
}
