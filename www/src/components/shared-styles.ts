import { css } from 'lit';

/** Buttons, icons and focus rings, the same everywhere. */
export const sharedStyles = css`
  :host {
    box-sizing: border-box;
  }
  *,
  *::before,
  *::after {
    box-sizing: inherit;
  }
  .icon {
    flex: none;
    display: block;
  }
  button,
  select,
  input {
    font: inherit;
    color: inherit;
  }
  button {
    cursor: pointer;
  }
  :focus-visible {
    outline: 2px solid var(--focus);
    outline-offset: 1px;
  }
  .tool,
  .button {
    display: inline-flex;
    align-items: center;
    justify-content: center;
    gap: 6px;
    border-radius: 5px;
    white-space: nowrap;
  }
  .tool {
    width: 28px;
    height: 28px;
    padding: 0;
    border: none;
    background: none;
    color: var(--muted);
  }
  .tool:hover {
    background: var(--hover);
    color: var(--text);
  }
  .button {
    min-height: 28px;
    padding: 2px 10px;
    border: 1px solid var(--line);
    background: var(--ground);
    font-size: 13px;
  }
  .button:hover {
    background: var(--hover);
  }
  .button:disabled {
    background: none;
    color: var(--muted);
    cursor: default;
  }
  .error {
    color: var(--error);
  }
  .warning {
    color: var(--warning);
  }
  .info {
    color: var(--info);
  }
  .visually-hidden {
    position: absolute;
    width: 1px;
    height: 1px;
    margin: -1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
`;
