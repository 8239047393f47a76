import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands';
import { StreamLanguage, type StreamParser } from '@codemirror/language';
import { json, typescript } from '@codemirror/legacy-modes/mode/javascript';
import { rust } from '@codemirror/legacy-modes/mode/rust';
import { toml } from '@codemirror/legacy-modes/mode/toml';
import { search, searchKeymap } from '@codemirror/search';
import { Compartment, EditorState, type Extension } from '@codemirror/state';
import { EditorView, keymap, lineNumbers } from '@codemirror/view';
import { tags } from '@lezer/highlight';
import { css, html, LitElement, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property, query } from 'lit/decorators.js';
import { codeStyles } from '../editor/code-styles';
import { codeMirrorLook } from '../editor/theme';
import { typing } from '../editor/typing';
import { difference } from '../model/edits';

export type Language = 'typescript' | 'json' | 'rust' | 'toml';

const modes: Record<Language, StreamParser<unknown>> = {
  typescript: { ...typescript, tokenTable: { property: tags.propertyName } },
  json: { ...json, tokenTable: { property: tags.propertyName } },
  rust,
  toml,
};

/** Code that is no SQL, to read or to edit: thousands of lines cost what is in sight. Fires `code-change` with the text as its detail. */
@customElement('code-view')
export class CodeView extends LitElement {
  @property() text = '';
  @property() label = '';
  @property() language: Language = 'typescript';
  @property({ type: Boolean }) editable = false;

  @query('.frame') private frame!: HTMLElement;
  private view: EditorView | undefined;
  private readonly mode = new Compartment();

  protected override render(): TemplateResult {
    return html`<div class="frame"></div>`;
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (!this.view) {
      this.view = new EditorView({ parent: this.frame, root: this.renderRoot as ShadowRoot, doc: this.text, extensions: this.extensions() });
      return;
    }
    if (changed.has('language')) this.view.dispatch({ effects: this.mode.reconfigure(StreamLanguage.define(modes[this.language])) });
    const change = changed.has('text') && difference(this.view.state.doc.toString(), this.text);
    if (change) this.view.dispatch({ changes: change });
  }

  private extensions(): Extension {
    return [
      lineNumbers(),
      this.mode.of(StreamLanguage.define(modes[this.language])),
      search({ top: true }),
      codeMirrorLook,
      this.editable ? [history(), typing, keymap.of([...historyKeymap, indentWithTab])] : EditorState.readOnly.of(true),
      keymap.of([...searchKeymap, ...defaultKeymap]),
      EditorView.contentAttributes.of({ 'aria-label': this.label, tabindex: '0', ...(this.editable ? {} : { 'aria-readonly': 'true' }) }),
      EditorView.updateListener.of((update) => {
        if (!update.docChanged || !this.editable) return;
        const text = update.state.doc.toString();
        if (text !== this.text) this.dispatchEvent(new CustomEvent('code-change', { detail: text }));
      }),
    ];
  }

  static override styles = [
    codeStyles,
    css`
      :host {
        display: block;
        min-height: 0;
        min-width: 0;
      }
      .frame {
        height: 100%;
      }
    `,
  ];
}
