/** What components tell the app. They hold no project and change none: they ask. */

import type { Config, Finding, Fix } from '../protocol';
import type { Tab } from './side-panel';

export interface Place {
  file: string;
  /** In UTF-16 units. */
  from: number;
  to: number;
}

export interface AppEvents {
  'open-file': string;
  'edit-file': { path: string; text: string };
  'add-file': void;
  'rename-file': { from: string; to: string };
  /** `to`: its place among the other files. */
  'move-file': { path: string; to: number };
  'remove-file': string;
  'import-files': FileList;
  'import-folder': FileSystemDirectoryHandle;
  'paste-sql': void;
  'open-example': string;
  'open-saved': string;
  'save-project': string;
  'forget-project': string;
  'share-project': void;
  'set-config': Partial<Config>;
  'show-finding': Finding;
  'show-place': Place;
  /** F8: to the finding after the cursor, or before it. */
  'next-finding': { offset: number; step: 1 | -1 };
  'apply-fix': Fix;
  /** Every fix in this file; in all of them for an empty path. */
  'fix-all': string;
  'explain-rule': string;
  'open-rule-example': { rule: string; sql: string };
  'close-rule': void;
  'pick-tab': Tab;
  'widen-panel': boolean;
}

export function emit<Name extends keyof AppEvents>(
  from: EventTarget,
  name: Name,
  ...[detail]: AppEvents[Name] extends void ? [] : [AppEvents[Name]]
): void {
  from.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true }));
}

export type AppEvent<Name extends keyof AppEvents> = CustomEvent<AppEvents[Name]>;
