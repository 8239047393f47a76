/** How CodeMirror looks here. */

import { syntaxHighlighting } from '@codemirror/language';
import type { Extension } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import { classHighlighter } from '@lezer/highlight';

const underline = (colour: string) => ({
  backgroundImage: 'none',
  paddingBottom: '0',
  textDecoration: `underline wavy ${colour} 1px`,
  textDecorationSkipInk: 'none',
  textUnderlineOffset: '3px',
});

const dot = (colour: string) => ({ content: 'none', background: colour });

const look = EditorView.theme({
  '&': { height: '100%', background: 'var(--ground)', color: 'var(--text)', fontSize: '13px' },
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': { fontFamily: 'var(--mono)', lineHeight: '1.55', overflow: 'auto' },
  '.cm-content': { caretColor: 'var(--text)', padding: '8px 0' },
  '.cm-gutters': { background: 'var(--ground)', color: 'var(--muted)', border: 'none' },
  '.cm-lineNumbers .cm-gutterElement': { padding: '0 8px 0 4px', minWidth: '2.6em' },
  '.cm-activeLine, .cm-activeLineGutter': { background: 'transparent' },
  '&.cm-focused .cm-activeLine, &.cm-focused .cm-activeLineGutter': { background: 'color-mix(in srgb, var(--hover) 55%, transparent)' },
  // The browser's own caret and selection: layers of CodeMirror's would be laid out and drawn anew with every key.
  '.cm-content ::selection': { background: 'var(--selection)' },
  '.cm-matchingBracket, &.cm-focused .cm-matchingBracket': { background: 'var(--selected)', outline: '1px solid var(--line)' },
  '.cm-selectionMatch': { background: 'var(--selected)' },
  '.cm-searchMatch': { background: 'color-mix(in srgb, var(--warning) 30%, transparent)' },

  '.cm-gutter-lint': { width: '14px' },
  '.cm-gutter-lint .cm-gutterElement': { padding: '0', display: 'grid', placeItems: 'center' },
  '.cm-lint-marker': { width: '8px', height: '8px', borderRadius: '50%' },
  '.cm-lint-marker-error': dot('var(--error)'),
  '.cm-lint-marker-warning': dot('var(--warning)'),
  '.cm-lint-marker-info': dot('var(--info)'),
  '.cm-lintRange-error': underline('var(--error)'),
  '.cm-lintRange-warning': underline('var(--warning)'),
  '.cm-lintRange-info': underline('var(--info)'),
  '.cm-lintRange-active': { background: 'transparent' },
  '.cm-lintPoint::after': { borderBottomColor: 'var(--error)' },
  '.cm-lintPoint-warning::after': { borderBottomColor: 'var(--warning)' },
  '.cm-lintPoint-info::after': { borderBottomColor: 'var(--info)' },

  '.cm-tooltip': {
    background: 'var(--raised)',
    color: 'var(--text)',
    border: '1px solid var(--line)',
    borderRadius: '6px',
    boxShadow: '0 6px 24px rgb(0 0 0 / 0.18)',
    fontFamily: 'var(--sans)',
    maxWidth: 'min(46em, 90vw)',
  },
  // As many as are drawn, around the chosen one: a list that scrolls would have to take the focus.
  '.cm-tooltip.cm-tooltip-autocomplete > ul': { maxHeight: 'none', overflow: 'hidden', fontFamily: 'var(--mono)', fontSize: '12px' },
  '.cm-tooltip-autocomplete ul li[aria-selected]': { background: 'var(--accent)', color: 'var(--on-accent)' },
  '.cm-tooltip.cm-tooltip-autocomplete > ul > li': { padding: '2px 8px', minHeight: '20px' },
  '.cm-completionDetail': { fontStyle: 'normal', opacity: '0.85' },
  '.cm-completionMatchedText': { textDecoration: 'none', fontWeight: '700' },
  // Leaves the squiggle in sight.
  '.cm-tooltip-hover.cm-tooltip-below': { marginTop: '3px' },
  '.cm-tooltip-lint': { maxHeight: '50vh', overflow: 'auto' },
  '.cm-diagnostic': { padding: '8px 12px', borderLeft: 'none', margin: '0', whiteSpace: 'normal' },
  '.cm-diagnostic + .cm-diagnostic, li + li > .cm-diagnostic': { borderTop: '1px solid var(--line)' },
  '.cm-diagnosticAction': {
    background: 'var(--accent)',
    color: 'var(--on-accent)',
    borderRadius: '4px',
    padding: '3px 9px',
    margin: '8px 8px 0 0',
    font: '600 12px/1.4 var(--sans)',
  },
  '.cm-diagnosticAction u': { textDecoration: 'none' },

  '.cm-panels': { background: 'var(--raised)', color: 'var(--text)', borderColor: 'var(--line)' },
  '.cm-panel.cm-search': { padding: '6px 32px 6px 8px' },
  '.cm-textfield': { background: 'var(--ground)', color: 'var(--text)', border: '1px solid var(--control-line)', borderRadius: '4px' },
  '.cm-button': { background: 'var(--hover)', backgroundImage: 'none', color: 'var(--text)', border: '1px solid var(--line)', borderRadius: '4px' },
  '.cm-panel.cm-search [name=close]': { color: 'var(--text)', fontSize: '18px', right: '8px' },
});

export const codeMirrorLook: Extension = [look, syntaxHighlighting(classHighlighter)];
