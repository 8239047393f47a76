import { StreamLanguage } from '@codemirror/language';
import { typescript } from '@codemirror/legacy-modes/mode/javascript';
import { search, searchKeymap } from '@codemirror/search';
import { EditorState } from '@codemirror/state';
import { EditorView, keymap, lineNumbers } from '@codemirror/view';
import { defaultKeymap } from '@codemirror/commands';
import { tags } from '@lezer/highlight';
import { css, html, LitElement, type TemplateResult } from 'lit';
import { customElement, property, query } from 'lit/decorators.js';
import { codeStyles } from '../editor/code-styles';
import { codeMirrorLook } from '../editor/theme';
import { difference } from '../model/edits';

/** TypeScript to read: thousands of lines cost what is in sight. */
@customElement('code-view')
export class CodeView extends LitElement {
  @property() text = '';
  @property() label = '';

  @query('.frame') private frame!: HTMLElement;
  private view: EditorView | undefined;

  protected override render(): TemplateResult {
    return html`<div class="frame"></div>`;
  }

  protected override updated(): void {
    this.view ??= new EditorView({
      parent: this.frame,
      root: this.renderRoot as ShadowRoot,
      extensions: [
        lineNumbers(),
        StreamLanguage.define({ ...typescript, tokenTable: { property: tags.propertyName } }),
        search({ top: true }),
        codeMirrorLook,
        keymap.of([...searchKeymap, ...defaultKeymap]),
        EditorState.readOnly.of(true),
        EditorView.contentAttributes.of({ 'aria-label': this.label, 'aria-readonly': 'true', tabindex: '0' }),
      ],
    });
    const change = difference(this.view.state.doc.toString(), this.text);
    if (change) this.view.dispatch({ changes: change });
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
