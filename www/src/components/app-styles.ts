import { css } from 'lit';
import { sharedStyles } from './shared-styles';

/** How the parts of the page stand: side by side, the panel below on a narrower screen, one at a time on a phone. */
export const appStyles = [
  sharedStyles,
  css`
    :host {
      display: flex;
      flex-direction: column;
      height: 100dvh;
      overflow: hidden;
    }
    main {
      flex: 1;
      min-height: 0;
      display: grid;
      grid-template: 'files editor handle panel' minmax(0, 1fr) / 300px minmax(0, 1fr) 1px minmax(0, var(--panel-size, 38%));
    }
    /* What changes in one of the parts is no matter of the others. */
    file-list,
    side-panel {
      contain: strict;
    }
    file-list {
      grid-area: files;
      border-right: 1px solid var(--line);
    }
    .editor {
      grid-area: editor;
      display: flex;
      flex-direction: column;
      min-width: 0;
      min-height: 0;
      position: relative;
    }
    /* The text where the editor will have it. */
    code-glimpse {
      position: absolute;
      inset: 40px 0 0;
    }
    .editor h2 {
      flex: none;
      height: 40px;
      margin: 0;
      padding: 0 14px;
      border-bottom: 1px solid var(--line);
      background: var(--raised);
      font: 500 12px/39px var(--mono);
      overflow: hidden;
      text-overflow: ellipsis;
      white-space: nowrap;
    }
    sql-editor {
      flex: 1;
    }
    split-handle {
      grid-area: handle;
      cursor: col-resize;
    }
    side-panel {
      grid-area: panel;
    }
    .empty {
      display: flex;
      flex-wrap: wrap;
      align-items: center;
      gap: 10px;
      padding: 24px;
      color: var(--muted);
    }
    nav {
      display: none;
    }
    .failure {
      flex: none;
      margin: 0;
      padding: 8px 14px;
      background: var(--error-ground);
      color: var(--error);
      border-bottom: 1px solid var(--line);
    }
    .notice {
      position: fixed;
      left: 50%;
      bottom: 18px;
      translate: -50%;
      z-index: 5;
      display: flex;
      align-items: center;
      gap: 10px;
      max-width: calc(100vw - 24px);
      padding: 6px 6px 6px 14px;
      border: 1px solid var(--line);
      border-radius: 8px;
      background: var(--raised);
      box-shadow: 0 6px 24px rgb(0 0 0 / 0.2);
      overflow-wrap: anywhere;
    }
    .drop {
      position: fixed;
      inset: 0;
      z-index: 9;
      display: grid;
      place-items: center;
      background: color-mix(in srgb, var(--ground) 80%, transparent);
      border: 3px dashed var(--accent);
      pointer-events: none;
      font-size: 18px;
      font-weight: 600;
    }
    .wide {
      grid-template: 'panel' minmax(0, 1fr) / minmax(0, 1fr);
    }
    @media (min-width: 761px) {
      .wide > :not(side-panel) {
        display: none;
      }
    }
    @media (max-width: 1100px) {
      main:not(.wide) {
        grid-template:
          'files editor' minmax(0, 1fr)
          'files handle' 1px
          'files panel' minmax(0, var(--panel-size, 42%))
          / 232px minmax(0, 1fr);
      }
      split-handle {
        cursor: row-resize;
      }
    }
    @media (max-width: 760px) {
      main:not(.wide),
      main.wide {
        grid-template: 'pane' minmax(0, 1fr) / minmax(0, 1fr);
      }
      main > :is(file-list, .editor, side-panel) {
        grid-area: pane;
        border: none;
      }
      split-handle,
      main:not([data-pane='files']) > file-list,
      main:not([data-pane='editor']) > .editor,
      main:not([data-pane='panel']) > side-panel {
        display: none;
      }
      nav {
        flex: none;
        display: grid;
        grid-template-columns: repeat(3, 1fr);
        border-top: 1px solid var(--line);
        background: var(--raised);
        padding-bottom: env(safe-area-inset-bottom);
      }
      nav button {
        height: 48px;
        border: none;
        border-top: 2px solid transparent;
        background: none;
        color: var(--muted);
        font-size: 13px;
      }
      nav [aria-current] {
        color: var(--text);
        font-weight: 600;
        border-top-color: var(--accent);
      }
      .count {
        padding: 1px 6px;
        border-radius: 9px;
        background: var(--sunken);
        color: var(--text);
        font-size: 11px;
      }
      .notice {
        bottom: 60px;
      }
    }
  `,
];
