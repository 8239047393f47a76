import { EditorView } from '@codemirror/view';

/**
 * Typing over a selection. Left to itself, Chromium gives what replaces styled text a style attribute, which the Content-Security-Policy refuses
 * with an error in the console.
 */
export const typingOverSelection = EditorView.domEventHandlers({
  beforeinput(event, view) {
    const isTyping = event.inputType === 'insertText' && event.data !== null && !view.composing;
    if (!isTyping || view.state.readOnly || view.state.selection.ranges.every(({ empty }) => empty)) return false;
    view.dispatch(view.state.replaceSelection(event.data!), { userEvent: 'input.type', scrollIntoView: true });
    event.preventDefault();
    return true;
  },
});
