import { html, type TemplateResult } from 'lit';

/** A message, with what stands in backticks as code. */
export function prose(text: string): (TemplateResult | string)[] {
  return text.split(/`([^`]+)`/).map((piece, at) => (at % 2 === 1 ? html`<code>${piece}</code>` : piece));
}
