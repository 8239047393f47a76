import { html, svg, type SVGTemplateResult, type TemplateResult } from 'lit';
import type { Severity } from '../model/problems';

const icon = (shape: SVGTemplateResult): TemplateResult =>
  html`<svg class="icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" fill="none" stroke="currentColor" stroke-width="1.5" stroke-linecap="round" stroke-linejoin="round">${shape}</svg>`;

export const icons = {
  add: icon(svg`<path d="M8 3v10M3 8h10" />`),
  minus: icon(svg`<path d="M3 8h10" />`),
  rename: icon(svg`<path d="m3 13 .6-2.8L10.8 3l2.2 2.2-7.2 7.2z" />`),
  remove: icon(svg`<path d="M3 4.5h10M6.5 4V2.8h3V4M4.5 4.5l.6 8.7h5.8l.6-8.7M6.8 7v3.8M9.2 7v3.8" />`),
  close: icon(svg`<path d="m4.5 4.5 7 7m0-7-7 7" />`),
  folder: icon(svg`<path d="M2 12.5v-9h4l1.5 2H14v7z" />`),
  file: icon(svg`<path d="M4 2h5l3 3v9H4zM9 2v3h3" />`),
  copy: icon(svg`<path d="M6 6h7.5v7.5H6zM10 6V2.5H2.5V10H6" />`),
  done: icon(svg`<path d="m3.5 8.5 3 3 6-7" />`),
  download: icon(svg`<path d="M8 2.5v7.5M4.8 7 8 10.2 11.2 7M3 13.5h10" />`),
  fix: icon(svg`<path d="M6.2 11.5h3.6M6.6 13.5h2.8M8 2a4 4 0 0 0-2.3 7.3c.4.3.5.7.5 1.2h3.6c0-.5.1-.9.5-1.2A4 4 0 0 0 8 2z" />`),
  light: icon(svg`<circle cx="8" cy="8" r="3" /><path d="M8 1.5v1.3M8 13.2v1.3M1.5 8h1.3M13.2 8h1.3M3.4 3.4l.9.9M11.7 11.7l.9.9M3.4 12.6l.9-.9M11.7 4.3l.9-.9" />`),
  dark: icon(svg`<path d="M13 9.6A5.6 5.6 0 0 1 6.4 3 5.6 5.6 0 1 0 13 9.6z" />`),
  error: icon(svg`<circle cx="8" cy="8" r="6" /><path d="m6 6 4 4m0-4-4 4" />`),
  warning: icon(svg`<path d="M8 2.2 14.3 13H1.7zM8 6.3v3.2M8 11.3v.1" />`),
  info: icon(svg`<circle cx="8" cy="8" r="6" /><path d="M8 7.3v3.5M8 5v.1" />`),
  types: icon(svg`<path d="M2.5 4h6M5.5 4v8.5M13.5 7.2c-.5-.7-1.2-1-2-1-1.100 0-1.900.6-1.900 1.600 0 2.200 4 1.100 4 3.200 0 1-.9 1.600-2.100 1.600-.9 0-1.700-.4-2.200-1.200" />`),
  up: icon(svg`<path d="M8 13V3M4 7l4-4 4 4" />`),
  down: icon(svg`<path d="M8 3v10M4 9l4 4 4-4" />`),
  left: icon(svg`<path d="M10 3 5 8l5 5" />`),
  right: icon(svg`<path d="m6 3 5 5-5 5" />`),
  widen: icon(svg`<path d="M2.500 6V2.500H6M10 13.500h3.500V10M2.500 2.500 6.500 6.500M13.500 13.500l-4-4" />`),
  narrow: icon(svg`<path d="M6.500 3v3.500H3M9.500 13V9.500H13M6.500 6.500l-4-4M9.500 9.500l4 4" />`),
  share: icon(svg`<path d="M8 10V2.500M5 5l3-2.800L11 5M4.500 7.500H3v6h10v-6h-1.500" />`),
  save: icon(svg`<path d="M3 3h8l2 2v8H3zM5.500 3v3.500h4.500V3M5.500 13V9.500h5V13" />`),
  paste: icon(svg`<path d="M5.500 3H3.500v10.500h9V3h-2M5.500 2h5v2.500h-5z" />`),
  table: icon(svg`<path d="M2.500 3.500h11v9h-11zM2.500 6.500h11M6.500 6.500v6" />`),
} satisfies Record<string, TemplateResult>;

export const severityIcon = (severity: Severity): TemplateResult => icons[severity];
