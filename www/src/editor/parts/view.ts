/** A script of its own, which runs by itself before the editor's: the half of CodeMirror that shows text. */
export { EditorView } from '@codemirror/view';
