/** Findings as CodeMirror's diagnostics: squiggles, tooltips, quick fixes. */

import type { Diagnostic } from '@codemirror/lint';
import { html, nothing, render } from 'lit';
import { emit } from '../components/events';
import { gist } from '../docs/markdown';
import { prose } from '../docs/prose';
import type { Finding, Page } from '../protocol';

type Explain = (rule: string) => Promise<Page>;

/** The diagnostics for the findings of one file, whose text has `length` UTF-16 units now. */
export function diagnosticsOf(findings: readonly Finding[], length: number, explain: Explain): Diagnostic[] {
  return findings.map((finding) => ({
    from: Math.min(finding.start.utf16, length),
    to: Math.min(finding.end.utf16, length),
    severity: finding.severity,
    message: finding.message,
    renderMessage: (view) => messageOf(finding, view.dom, explain),
    actions: finding.fixes.map((fix) => ({
      name: fix.title,
      apply: (view) => emit(view.dom, 'apply-fix', fix),
    })),
  }));
}

function messageOf(finding: Finding, within: EventTarget, explain: Explain): HTMLElement {
  const { rule, severity, message, help, sqlstate } = finding;
  const all = document.createElement('div');
  all.className = 'finding';
  render(
    html`
      <div class="message ${severity}">${prose(message)}</div>
      ${help ? html`<div>${prose(help)}</div>` : nothing}
      <div class="source">
        <button class="rule" title="Read about this rule" @click=${() => emit(within, 'explain-rule', rule)}>${rule}</button>
        ${sqlstate ? html`SQLSTATE ${sqlstate}` : nothing}
      </div>
      <div class="page"></div>
    `,
    all,
  );
  // The page is a question to the worker: it comes a moment later.
  const page = all.querySelector<HTMLElement>('.page')!;
  void explain(rule).then((read) => render(gist(read), page));
  return all;
}
