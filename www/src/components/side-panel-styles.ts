import { css } from 'lit';
import { sharedStyles } from './shared-styles';

export const sidePanelStyles = [
  sharedStyles,
  css`
    :host {
      display: flex;
      flex-direction: column;
      min-width: 0;
      min-height: 0;
    }
    .tabs {
      flex: none;
      display: flex;
      align-items: center;
      padding-right: 6px;
      background: var(--raised);
      border-bottom: 1px solid var(--line);
    }
    [role='tablist'] {
      flex: 1;
      min-width: 0;
      display: flex;
      padding: 0 6px;
      overflow-x: auto;
      scrollbar-width: none;
    }
    [role='tab'] {
      flex: none;
      max-width: 16em;
      height: 39px;
      padding: 2px 8px 0;
      border: none;
      border-bottom: 2px solid transparent;
      background: none;
      color: var(--muted);
      font-size: 13px;
      overflow: hidden;
      text-overflow: ellipsis;
      white-space: nowrap;
    }
    [role='tab']:hover {
      color: var(--text);
    }
    [aria-selected='true'] {
      color: var(--text);
      font-weight: 600;
      border-bottom-color: var(--accent);
    }
    [role='tab']:focus-visible {
      outline-offset: -3px;
    }
    .count {
      margin-left: 3px;
      padding: 1px 6px;
      border-radius: 9px;
      background: var(--sunken);
      color: var(--text);
      font-size: 11px;
      font-weight: 600;
      font-variant-numeric: tabular-nums;
    }
    .rule {
      font: 12px/1.5 var(--mono);
    }
    #panel {
      flex: 1;
      min-height: 0;
      display: grid;
      grid-template: minmax(0, 1fr) / minmax(0, 1fr);
    }
    #panel > [hidden] {
      display: none;
    }
    @media (max-width: 760px) {
      .widen {
        display: none;
      }
      [role='tab'] {
        height: 44px;
        padding: 2px 12px 0;
      }
      .tool {
        width: 40px;
        height: 40px;
      }
    }
  `,
];
