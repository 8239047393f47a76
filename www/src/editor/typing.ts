import { EditorView } from '@codemirror/view';

/** What the key that was pressed last writes. */
let pressed: string | undefined;

/**
 * Typing that the editor takes in before the browser has changed the page: the browser would lay it out once more for each key, and Chromium gives what
 * replaces styled text a style attribute, which the Content-Security-Policy refuses with an error in the console. Text that enters by other means than
 * the key that says it (composition, dictation, a picker of characters) stays the browser's.
 */
export const typing = EditorView.domEventHandlers({
  keydown({ key }) {
    pressed = key;
  },
  beforeinput(event, view) {
    const isTyping = event.inputType === 'insertText' && event.data !== null && !view.composing && !view.state.readOnly;
    if (!isTyping || (event.data !== pressed && view.state.selection.ranges.every(({ empty }) => empty))) return false;
    view.dispatch(view.state.replaceSelection(event.data!), { userEvent: 'input.type', scrollIntoView: true });
    event.preventDefault();
    return true;
  },
});
