/** The projects that the page brings along. */

import { readConfig } from '../model/import';
import { fileName, Project } from '../model/project';

export interface Example {
  title: string;
  project: Promise<Project>;
  /** The file to open first. */
  opens: string;
}

const named = (files: Record<string, string>): [string, string][] =>
  Object.entries(files).map(([path, text]) => [fileName(path), text]);

// Chunks of their own, asked for at once: the page paints before they are parsed, and nothing is left to load later.
const aias = import('./aias');
const broken = import('./broken');

export const examples: Record<string, Example> = {
  aias: {
    title: 'AIAS platform',
    project: aias.then(({ files }) => Project.of('AIAS platform', named(files))),
    opens: '20250131000000_add_user_preferences.sql',
  },
  broken: {
    title: 'One of each mistake',
    project: broken.then(({ files, config }) => Project.of('One of each mistake', named(files), readConfig(config))),
    opens: '20250206090000_table_open_to_all.sql',
  },
};
