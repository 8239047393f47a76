/** Findings as CodeMirror's diagnostics: squiggles, tooltips, quick fixes. */

import type { Diagnostic } from '@codemirror/lint';
import { html, nothing, render } from 'lit';
import { emit } from '../components/events';
import { prose } from '../docs/prose';
import type { Finding } from '../protocol';

/** The diagnostics for the findings of one file, whose text has `length` UTF-16 units now. */
export function diagnosticsOf(findings: readonly Finding[], length: number): Diagnostic[] {
  return findings.map((finding) => ({
    from: Math.min(finding.start.utf16, length),
    to: Math.min(finding.end.utf16, length),
    severity: finding.severity,
    message: finding.message,
    renderMessage: (view) => messageOf(finding, view.dom),
    actions: finding.fixes.map((fix) => ({
      name: fix.title,
      apply: (view) => emit(view.dom, 'apply-fix', fix),
    })),
  }));
}

function messageOf(finding: Finding, within: EventTarget): HTMLElement {
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
    `,
    all,
  );
  return all;
}
