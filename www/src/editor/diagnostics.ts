/** Findings as CodeMirror's diagnostics: squiggles, tooltips, quick fixes. */

import type { Diagnostic } from '@codemirror/lint';
import { emit } from '../components/events';
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
  const rule = element('button', 'rule', finding.rule);
  rule.title = 'Read about this rule';
  rule.onclick = () => emit(within, 'explain-rule', finding.rule);
  const first = element('div', `message ${finding.severity}`, finding.message);
  const second = element('div', 'about', finding.help ?? '');
  const third = element('div', 'source', '');
  third.append(rule, finding.sqlstate ? ` SQLSTATE ${finding.sqlstate}` : '');
  const all = element('div', 'finding', '');
  all.append(first, ...(finding.help ? [second] : []), third);
  return all;
}

function element<Tag extends keyof HTMLElementTagNameMap>(tag: Tag, className: string, text: string): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag);
  made.className = className;
  made.textContent = text;
  return made;
}
