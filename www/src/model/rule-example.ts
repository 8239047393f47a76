/** A rule's example as a project, read as the rules' tests read it. */

import type { Tokens } from 'marked';
import type { Page, SourceText } from '../protocol';
import { readConfig } from './config';
import { Project } from './project';

/** `-- config: key = value` lines configure, `-- file: name` lines begin files. */
export function projectOf(name: string, example: string): Project {
  let toml = '';
  const files: [string, string][] = [];
  for (const line of example.split('\n')) {
    const [, setting] = /^-- config: (.*)$/.exec(line) ?? [];
    const [, file] = /^-- file: (.*)$/.exec(line) ?? [];
    if (setting !== undefined) {
      toml += `${setting}\n`;
    } else if (file !== undefined) {
      files.push([file, '']);
    } else {
      if (files.length === 0) files.push(['20250101000000_example.sql', '']);
      files.at(-1)![1] += `${line}\n`;
    }
  }
  return Project.of(name, files as SourceText[], readConfig(toml));
}

/** The first example on a rule's page that the rule reports. */
export function badExample(page: Page): string | undefined {
  return page.find((token): token is Tokens.Code => token.type === 'code' && (token as Tokens.Code).lang === 'sql bad')?.text;
}
