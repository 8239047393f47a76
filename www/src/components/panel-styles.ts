import { css } from 'lit';
import { sharedStyles } from './shared-styles';

/** A panel with a bar of controls above what scrolls. */
export const panelStyles = [
  sharedStyles,
  css`
    :host {
      display: flex;
      flex-direction: column;
      min-height: 0;
      min-width: 0;
    }
    .bar {
      flex: none;
      display: flex;
      flex-wrap: wrap;
      align-items: center;
      gap: 6px;
      padding: 8px 12px;
      border-bottom: 1px solid var(--line);
      font-size: 12px;
    }
    .bar .button,
    .bar select,
    .bar input:not([type='range'], [type='checkbox']) {
      font-size: 12px;
      min-height: 28px;
      padding: 2px 9px;
    }
    select,
    input:not([type='range'], [type='checkbox']) {
      border: 1px solid var(--control-line);
      border-radius: 5px;
      background: var(--ground);
      color: var(--text);
    }
    [aria-pressed='true'] {
      background: var(--selected);
      border-color: transparent;
    }
    [aria-pressed='false'] {
      color: var(--muted);
    }
    .space {
      flex: 1;
    }
    .scroll {
      flex: 1;
      min-height: 0;
      overflow: auto;
    }
    .empty {
      margin: 0;
      padding: 40px 24px;
      text-align: center;
      color: var(--muted);
    }
    .refusal {
      flex: none;
      margin: 0;
      padding: 8px 14px;
      background: var(--error-ground);
      color: var(--error);
      overflow-wrap: anywhere;
    }
    code-view {
      flex: 1;
    }
    @media (max-width: 760px) {
      .bar .button,
      .bar select,
      .bar input:not([type='range'], [type='checkbox']) {
        min-height: 36px;
      }
    }
  `,
];
