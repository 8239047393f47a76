/** The projects that the page brings along: true ones, from examples/ and from the examples on the rules' pages. */

import { readConfig } from '../model/config';
import { Project } from '../model/project';
import { badExample, projectOf } from '../model/rule-example';
import type { Page } from '../protocol';
import { aias, broken } from './data';

export interface Opened {
  project: Project;
  /** The file to open first. */
  open: string;
}

type Explain = (rule: string) => Promise<Page>;

export interface Example {
  title: string;
  group: string;
  load(explain: Explain): Promise<Opened>;
}

const GUIDE = '20250131000000_add_user_preferences.sql';

/** A rule that shows what its family is about. */
const families: Record<string, string> = {
  rls: 'rls/enabled-on-create',
  schema: 'schema/undefined-table',
  syntax: 'syntax/error',
  lock: 'lock/add-foreign-key',
  index: 'index/foreign-key',
  atomicity: 'atomicity/enum-value-used',
  compat: 'compat/rename-column',
  data: 'data/update-without-where',
  security: 'security/definer-executable',
  types: 'types/foreign-key-mismatch',
  naming: 'naming/duplicate-version',
  contract: 'contract/missing-column',
  docs: 'docs/comment-on-destructive',
  suppression: 'suppression/unused',
};

export const examples: Record<string, Example> = {
  aias: {
    title: 'AIAS platform',
    group: 'Projects',
    load: async () => {
      const { files, config } = await aias;
      return { project: Project.of('AIAS platform', files, readConfig(config)), open: GUIDE };
    },
  },
  guide: {
    title: "The guide's migration",
    group: 'Projects',
    load: async () => {
      const text = (await aias).files.find(([path]) => path === GUIDE)?.[1] ?? '';
      // Alone: what it builds on is not among these files.
      return { project: Project.of("The guide's migration", [[GUIDE, text]], { history: 'partial' }), open: GUIDE };
    },
  },
  broken: {
    title: 'One of each mistake',
    group: 'Projects',
    load: async () => {
      const { files, config } = await broken();
      const project = Project.of('One of each mistake', files, readConfig(config));
      return { project, open: '20250206090000_table_open_to_all.sql' };
    },
  },
  ...Object.fromEntries(
    Object.entries(families).map(([family, rule]): [string, Example] => [
      family,
      {
        title: rule,
        group: 'A rule of each family',
        load: async (explain) => {
          const example = badExample(await explain(rule));
          if (example === undefined) throw new Error(`${rule} has no example`);
          const project = projectOf(rule, example);
          return { project, open: project.paths.at(-1) ?? '' };
        },
      },
    ]),
  ),
};
