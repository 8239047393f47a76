import { autocompletion, completionKeymap } from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap, indentWithTab, isolateHistory } from '@codemirror/commands';
import { bracketMatching, indentOnInput } from '@codemirror/language';
import { diagnosticCount, forEachDiagnostic, linter, lintGutter, setDiagnostics } from '@codemirror/lint';
import { highlightSelectionMatches, search, searchKeymap } from '@codemirror/search';
import { EditorState, type Extension, type Transaction } from '@codemirror/state';
import { EditorView, highlightActiveLine, highlightActiveLineGutter, keymap, lineNumbers, tooltips } from '@codemirror/view';
import { css, html, LitElement, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property, query } from 'lit/decorators.js';
import { codeStyles } from '../editor/code-styles';
import { schemaCompletion } from '../editor/completion';
import { diagnosticsOf } from '../editor/diagnostics';
import { postgres, warmUp } from '../editor/sql';
import { codeMirrorLook } from '../editor/theme';
import { typing } from '../editor/typing';
import { difference } from '../model/edits';
import { fileName } from '../model/project';
import { breath } from '../pace';
import type { Finding } from '../protocol';
import type { Begun } from './code-glimpse';
import { emit } from './events';
import type { Ask } from './side-panel';

/** The editor of one file at a time. It keeps the cursor and the history of each file that was open. */
@customElement('sql-editor')
export class SqlEditor extends LitElement {
  /** Texts of another project have nothing to do with those of this one. */
  @property({ type: Number }) project = 0;
  @property() path = '';
  @property() text = '';
  /** What was found in this file. */
  @property({ attribute: false }) findings: readonly Finding[] = [];
  /** The file that is replayed before this one. */
  @property({ attribute: false }) previous: string | undefined;
  /** Whether there is a Supabase project before the first migration. */
  @property({ type: Boolean }) supabase = true;
  @property({ attribute: false }) ask!: Ask;

  @query('.frame') private frame!: HTMLElement;
  private view: EditorView | undefined;
  private readonly left = new Map<string, EditorState>();

  /** Selects a stretch of the open file, in UTF-16 units, and brings it into sight. */
  reveal(from: number, to: number): void {
    const view = this.view;
    if (!view) return;
    const length = view.state.doc.length;
    const selection = { anchor: Math.min(from, length), head: Math.min(to, length) };
    view.dispatch({ selection, effects: EditorView.scrollIntoView(selection.anchor, { y: 'center' }) });
    view.focus();
  }

  override focus(): void {
    this.view?.focus();
  }

  /** Goes on with what somebody began on the text that was shown before the editor was there. */
  takeOver({ scrollTop, hasFocus, place, typed }: Begun): void {
    const view = this.view;
    if (!view) return;
    view.scrollDOM.scrollTop = scrollTop;
    if (!hasFocus) return;
    view.focus();
    const at = place && view.posAtCoords(place);
    if (at !== undefined && at !== null) view.dispatch({ selection: { anchor: at } });
    if (typed) view.dispatch(view.state.replaceSelection(typed), { userEvent: 'input.type' });
  }

  protected override render(): TemplateResult {
    return html`<div class="frame"></div>`;
  }

  protected override scheduleUpdate(): void | Promise<unknown> {
    return this.hasUpdated ? super.scheduleUpdate() : this.prepare().then(() => super.scheduleUpdate());
  }

  /** Makes an empty editor, in steps that are a task each: at first nothing of it is compiled yet, and it is slow. */
  private async prepare(): Promise<void> {
    await breath();
    const state = EditorState.create({ extensions: this.extensions('') });
    await breath();
    // In a shadow root CodeMirror adopts its style sheets, which the Content-Security-Policy allows; in a document it would write <style> elements.
    this.view = new EditorView({ root: this.renderRoot as ShadowRoot, state, dispatchTransactions: (done, view) => this.take(done, view) });
    await breath();
    await warmUp(this.text);
    await breath();
  }

  protected override firstUpdated(): void {
    this.frame.append(this.view!.dom);
  }

  protected override updated(changed: PropertyValues<this>): void {
    const view = this.view;
    if (!view) return;
    const previous = changed.get('path');
    if (changed.has('project')) this.left.clear();
    else if (previous !== undefined) this.left.set(previous, view.state);
    if (changed.has('project') || changed.has('path')) {
      view.setState(this.left.get(this.path) ?? this.newState());
    }
    const change = difference(view.state.doc.toString(), this.text);
    // A fix is a step of its own to undo.
    if (change) view.dispatch({ changes: change, annotations: isolateHistory.of('full') });
    if (changed.has('findings') || changed.has('path') || changed.has('project')) {
      performance.mark('pgdry:findings');
      if (this.findings.length > 0 || diagnosticCount(view.state) > 0) view.dispatch(setDiagnostics(view.state, diagnosticsOf(this.findings, view.state.doc.length, (rule) => this.ask('explain', { rule }))));
    }
  }

  /** What was typed is told before the editor draws it: the validator works meanwhile. */
  private take(done: readonly Transaction[], view: EditorView): void {
    if (done.some(({ docChanged }) => docChanged)) {
      const text = done.at(-1)!.newDoc.toString();
      if (text !== this.text) {
        this.text = text;
        performance.mark('pgdry:edit');
        emit(this, 'edit-file', { path: this.path, text });
      }
    }
    view.update(done);
  }

  private newState(): EditorState {
    return EditorState.create({ doc: this.text, extensions: this.extensions(this.path) });
  }

  private extensions(path: string): Extension {
    return [
      lintGutter(),
      lineNumbers(),
      history(),
      indentOnInput(),
      bracketMatching(),
      highlightActiveLine(),
      highlightActiveLineGutter(),
      highlightSelectionMatches(),
      search({ top: true }),
      EditorView.lineWrapping,
      postgres,
      typing,
      autocompletion({ override: [schemaCompletion(this.options)], icons: false, activateOnTypingDelay: 50, maxRenderedOptions: 12 }),
      linter(null),
      // Within the editor, not over what stands around it.
      tooltips({ tooltipSpace: (view) => view.dom.getBoundingClientRect() }),
      codeMirrorLook,
      keymap.of([
        { key: 'Mod-.', run: (view) => this.fixAtCursor(view) },
        { key: 'F8', run: (view) => this.next(view, 1) },
        { key: 'Shift-F8', run: (view) => this.next(view, -1) },
        ...completionKeymap,
        ...defaultKeymap,
        ...historyKeymap,
        ...searchKeymap,
        indentWithTab,
      ]),
      EditorView.contentAttributes.of({
        tabindex: '0',
        'aria-label': `SQL of ${fileName(path)}`,
        'aria-description': 'Control or Command with a full stop applies the fix at the cursor, F8 goes to the next problem, Control with space completes, Escape then Tab leaves the editor.',
      }),
    ];
  }

  /** What may be written at a place of the open file; nothing while its project does not load. */
  private readonly options = (place: { before: string; statement: string }) => {
    const { path, previous, supabase } = this;
    return this.ask('completions', { path, previous, supabase, ...place }).catch(() => undefined);
  };

  private next(view: EditorView, step: 1 | -1): boolean {
    emit(this, 'next-finding', { offset: view.state.selection.main.from, step });
    return true;
  }

  /** Applies the first fix of a finding whose marked text the cursor is in. */
  private fixAtCursor(view: EditorView): boolean {
    const at = view.state.selection.main.head;
    let apply: (() => void) | undefined;
    forEachDiagnostic(view.state, (diagnostic, from, to) => {
      const [action] = diagnostic.actions ?? [];
      if (from <= at && at <= to && action) apply ??= () => action.apply(view, from, to);
    });
    apply?.();
    return apply !== undefined;
  }

  static override styles = [
    codeStyles,
    css`
      :host {
        display: block;
        min-height: 0;
        min-width: 0;
        contain: size layout style;
      }
      .frame {
        height: 100%;
      }
      .finding {
        font: 13px/1.45 var(--sans);
      }
      .message {
        font-weight: 600;
      }
      .message.error {
        color: var(--error);
      }
      .message.warning {
        color: var(--warning);
      }
      .message.info {
        color: var(--info);
      }
      code {
        font: 0.92em/1 var(--mono);
      }
      .source {
        color: var(--muted);
        font-size: 12px;
        margin-top: 4px;
      }
      .page {
        margin-top: 6px;
        padding-top: 6px;
        border-top: 1px solid var(--line);
      }
      .page p {
        margin: 4px 0;
      }
      .rule {
        all: unset;
        cursor: pointer;
        color: var(--accent);
        font-family: var(--mono);
      }
      .rule:hover,
      .rule:focus-visible {
        text-decoration: underline;
      }
    `,
  ];
}
