/** What components tell the app. They hold no project and change none: they ask. */

import type { Finding, Fix } from '../protocol';
import type { Tab } from './side-panel';

export interface AppEvents {
  'open-file': string;
  'edit-file': { path: string; text: string };
  'add-file': void;
  'rename-file': { from: string; to: string };
  'remove-file': string;
  'import-files': FileList;
  'open-example': string;
  'show-finding': Finding;
  'apply-fix': Fix;
  'explain-rule': string;
  'close-rule': void;
  'pick-tab': Tab;
}

export function emit<Name extends keyof AppEvents>(
  from: EventTarget,
  name: Name,
  ...[detail]: AppEvents[Name] extends void ? [] : [AppEvents[Name]]
): void {
  from.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true }));
}

export type AppEvent<Name extends keyof AppEvents> = CustomEvent<AppEvents[Name]>;
