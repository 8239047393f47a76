/** Projects that the user saved in this browser. */

import { createStore, del, get, keys, set } from 'idb-keyval';
import type { Config, SourceText } from '../protocol';
import { Project } from './project';

interface Saved {
  config: Partial<Config>;
  files: SourceText[];
  open: string;
}

const store = createStore('pgdry', 'projects');

export async function savedNames(): Promise<string[]> {
  return (await keys<string>(store)).sort((a, b) => a.localeCompare(b));
}

export function save(project: Project, open: string): Promise<void> {
  const saved: Saved = { config: project.config, files: [...project.files], open };
  return set(project.name, saved, store);
}

export async function load(name: string): Promise<{ project: Project; open: string } | undefined> {
  const saved = await get<Saved>(name, store);
  return saved && { project: Project.of(name, saved.files, saved.config), open: saved.open };
}

export function forget(name: string): Promise<void> {
  return del(name, store);
}
