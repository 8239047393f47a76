import { css } from 'lit';
import { panelStyles } from './panel-styles';

export const problemStyles = [
  panelStyles,
  css`
    .bar .button {
      font-variant-numeric: tabular-nums;
    }
    .bar input {
      flex: 1 1 7em;
      min-width: 5em;
    }
    .empty p {
      margin: 6px auto;
      max-width: 42ch;
    }
    .empty strong {
      color: var(--text);
    }
    .good {
      display: inline-block;
      color: var(--good);
      padding: 10px;
      border-radius: 50%;
      background: var(--good-ground);
    }
    lit-virtualizer:focus {
      outline: none;
    }
    .group,
    .problem {
      width: 100%;
      border-bottom: 1px solid var(--line);
    }
    .group {
      display: flex;
      align-items: center;
      gap: 8px;
      padding: 6px 14px;
      background: var(--raised);
      color: var(--muted);
      font-size: 12px;
    }
    h2 {
      flex: 1;
      min-width: 0;
      margin: 0;
      font: 500 12px/1.5 var(--mono);
      overflow: hidden;
      text-overflow: ellipsis;
      white-space: nowrap;
    }
    h2.open {
      color: var(--text);
      font-weight: 600;
    }
    ul {
      list-style: none;
      margin: 0;
      padding: 0;
    }
    .problem {
      padding: 6px 14px 9px;
    }
    .jump {
      all: unset;
      box-sizing: border-box;
      cursor: pointer;
      display: flex;
      gap: 8px;
      width: 100%;
      padding: 3px 4px;
      margin-left: -4px;
      border-radius: 4px;
    }
    .jump:hover {
      background: var(--hover);
    }
    .jump:focus-visible {
      outline: 2px solid var(--focus);
    }
    .jump .icon {
      margin-top: 2px;
    }
    .message {
      flex: 1;
      min-width: 0;
      overflow-wrap: anywhere;
      font-weight: 500;
    }
    code {
      font: 0.92em/1 var(--mono);
    }
    .place {
      flex: 0 1 auto;
      max-width: 45%;
      overflow: hidden;
      text-overflow: ellipsis;
      white-space: nowrap;
      color: var(--muted);
      font: 12px/1.7 var(--mono);
    }
    .help {
      margin: 1px 0 5px 24px;
      font-size: 13px;
      color: var(--muted);
      overflow-wrap: anywhere;
    }
    .actions {
      display: flex;
      flex-wrap: wrap;
      align-items: center;
      gap: 4px 12px;
      margin-left: 24px;
      font-size: 12px;
    }
    .rule {
      all: unset;
      cursor: pointer;
      color: var(--accent);
      font: 12px/1.6 var(--mono);
      border-radius: 2px;
    }
    .rule:hover {
      text-decoration: underline;
    }
    .rule:focus-visible {
      outline: 2px solid var(--focus);
    }
    .state {
      color: var(--muted);
    }
    .fix {
      margin-left: auto;
      font-size: 12px;
      color: var(--accent);
      border-color: color-mix(in srgb, var(--accent) 45%, transparent);
      padding: 1px 9px 1px 6px;
    }
    details {
      margin: 6px 0 0 24px;
      font-size: 13px;
    }
    summary {
      cursor: pointer;
      color: var(--muted);
      border-radius: 3px;
    }
    .consequences {
      margin: 4px 0 0;
      padding-left: 4px;
      border-left: 2px solid var(--line);
    }
    .consequences .message {
      font-weight: 400;
    }
    @media (max-width: 760px) {
      .fix {
        min-height: 36px;
      }
      .jump {
        padding: 8px 4px;
      }
    }
  `,
];
