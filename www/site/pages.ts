/** All pages of the site: guides, rules, their index, and what other folders document. */

import { readdirSync, readFileSync, existsSync } from 'node:fs';
import * as path from 'node:path';
import { ExampleRunner, Untrue } from './examples.ts';
import { FAMILIES } from './families.ts';
import { escape } from './html.ts';
import { render, tableHtml, type Context, type Heading, type Rendered } from './markdown.ts';
import { commandsHtml, coverageHtml, Declarations, fieldsHtml, keysHtml, methodsHtml, rulesOptionsHtml, type RuleInfo } from './reference.ts';
import { runScript } from './run-script.ts';
import type { Pgdry } from './validator.ts';

export interface Page {
  /** Where it lies in the built site: `docs/rules/rls/no-policy.html`. */
  path: string;
  title: string;
  description: string;
  /** What the search knows it as: `Guide`, or a rule's family. */
  kind: string;
  body: string;
  headings: Heading[];
  isLive: boolean;
}

/** A link in the list of pages. */
export interface Entry {
  title: string;
  path: string;
}

export interface Site {
  pages: Page[];
  guides: Entry[];
  /** By family the rules. */
  rules: Map<string, RuleInfo[]>;
  /** How many examples the validator has run. */
  examples: number;
}

/** The guides in their order; a page that is none of these comes after them. */
const ORDER = ['index', 'troubleshooting', 'command', 'configuration', 'javascript', 'element', 'compare', 'coverage'];

export const rulePath = (name: string): string => `docs/rules/${name}.html`;

export function relative(from: string, to: string): string {
  return path.posix.relative(path.posix.dirname(from), to) || path.posix.basename(to);
}

interface Source {
  /** In the repository. */
  file: string;
  path: string;
}

/** Markdown that becomes guides: docs/guide, docs/coverage.md, and the edge recipes where there are any. */
function guideSources(repository: string): Source[] {
  const markdownIn = (folder: string): string[] =>
    existsSync(path.join(repository, folder))
      ? readdirSync(path.join(repository, folder), { recursive: true, encoding: 'utf8' })
          .map((file) => path.posix.join(folder, file.split(path.sep).join('/')))
          .filter((file) => file.endsWith('.md') && !file.includes('node_modules'))
          .sort()
      : [];
  const guides = markdownIn('docs/guide').map((file) => ({ file, path: `docs/${path.posix.basename(file, '.md')}.html` }));
  const edge = [...markdownIn('docs/edge'), ...markdownIn('edge').filter((file) => file.endsWith('/README.md'))].map((file) => {
    const name = file.replace(/^docs\/|\/README\.md$|\.md$/g, '').split('/').join('-');
    return { file, path: `docs/${name}.html` };
  });
  const rank = ({ path: at }: Source): number => (ORDER.indexOf(path.posix.basename(at, '.html')) + ORDER.length + 1) % (ORDER.length + 1);
  return [...guides, { file: 'docs/coverage.md', path: 'docs/coverage.html' }, ...edge].sort((a, b) => rank(a) - rank(b));
}

/** The first paragraph as text. */
function summaryOf(markdown: string): string {
  const paragraph = markdown.split(/\n\n+/).find((part) => /^[^#<`|!-]/.test(part)) ?? '';
  return paragraph.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').replace(/[`*]/g, '').replace(/\s+/g, ' ').trim();
}

const titleOf = (markdown: string, file: string): string => {
  const title = /^# (.*)$/m.exec(markdown)?.[1];
  if (!title) throw new Untrue(`${file}: a page without a title`);
  return title.replace(/`/g, '');
};

export async function buildPages(repository: string, pgdry: Pgdry): Promise<Site> {
  const read = (file: string): string => readFileSync(path.join(repository, file), 'utf8');
  const infos = JSON.parse(read('docs/reference/rules.json')) as RuleInfo[];
  const declarations = new Declarations(read('pkg/dist/pgdry.d.ts'));
  const rules = byFamily(infos);
  const names = new Set(infos.map(({ name }) => name));
  const guides = guideSources(repository);
  const pathOf = new Map<string, string>([
    ...guides.map(({ file, path: at }) => [file, at] as const),
    ...infos.map(({ name }) => [`docs/rules/${name}.md`, rulePath(name)] as const),
    ['docs/rules', 'docs/rules/index.html'],
    ['www/index.html', 'index.html'],
  ]);
  const scripts: { page: string; source: string }[] = [];
  let examples = 0;

  const page = (source: Source, markdown: string, rule: RuleInfo | undefined, kind: string): Page => {
    const runner = new ExampleRunner(pgdry, source.file, rule?.name);
    const context: Context = {
      link: (href) => {
        if (/^https:\/\//.test(href) || href.startsWith('#')) return href;
        const [file = '', anchor] = href.split('#');
        const target = pathOf.get(path.posix.join(path.posix.dirname(source.file), file).replace(/\/$/, ''));
        if (!target) throw new Untrue(`${source.file}: there is no page for the link ${href}`);
        return relative(source.path, target) + (anchor ? `#${anchor}` : '');
      },
      rule: (name) => (names.has(name) && name !== rule?.name ? relative(source.path, rulePath(name)) : undefined),
      run: (info, text) => runner.run(info, text),
      fragment: (name) => fragment(name, source.path),
      readConfig: (text) => runner.readConfig(text),
      runScript: (text) => scripts.push({ page: source.file, source: text }),
    };
    const rendered = rendering(() => render(markdown, context));
    examples += runner.ran;
    const title = titleOf(markdown, source.file);
    return { path: source.path, title, description: summaryOf(markdown), kind, body: rendered.html, headings: rendered.headings, isLive: rendered.isLive };
  };

  /** What a guide takes from what is built. */
  const fragment = (name: string, from: string): Rendered => {
    const plain = (html: string): Rendered => ({ html, headings: [], isLive: false });
    const [what, of = ''] = name.split(/-(?=[A-Z])/);
    if (what === 'keys') return plain(keysHtml(declarations.fields(of)));
    if (what === 'fields') return plain(fieldsHtml(declarations.fields(of)));
    if (what === 'methods') return plain(methodsHtml(declarations.methods(of)));
    if (name === 'commands') return commandsHtml(read('docs/reference/commands.txt'));
    if (name === 'coverage-counts') return plain(coverageHtml(read('docs/coverage.md'), relative(from, pathOf.get('docs/coverage.md')!)));
    if (name === 'rule-options') return plain(rulesOptionsHtml(infos, (rule) => relative(from, rulePath(rule))));
    throw new Untrue(`${from}: <!-- ${name} --> stands for nothing`);
  };

  const rulePage = (info: RuleInfo): Page => {
    const file = `docs/rules/${info.name}.md`;
    const markdown = read(file);
    const [family = ''] = info.name.split('/');
    if (Object.keys(info.options).length && !/^## Options$/m.test(markdown)) throw new Untrue(`${file}: the rule's options have no section`);
    const made = page({ file, path: rulePath(info.name) }, markdown, info, family);
    // The badges stand below the title.
    return { ...made, description: summaryOf(markdown), body: made.body.replace('</h1>\n', `</h1>\n${badges(info)}`) };
  };

  // All that is untrue is said at once.
  const untrue: string[] = [];
  const attempt = (make: () => Page): Page[] => {
    try {
      return [make()];
    } catch (error) {
      if (!(error instanceof Untrue)) throw error;
      untrue.push(error.message);
      return [];
    }
  };
  const pages = [
    ...guides.flatMap((source) => attempt(() => page(source, read(source.file), undefined, 'Guide'))),
    rulesIndex(rules),
    ...infos.flatMap((info) => attempt(() => rulePage(info))),
  ];
  for (const script of scripts) {
    await runScript(repository, script.page, script.source).catch((error: unknown) => {
      if (!(error instanceof Untrue)) throw error;
      untrue.push(error.message);
    });
  }
  if (untrue.length) throw new Untrue(untrue.join('\n\n'));
  return { pages, guides: guides.map(({ path: at }) => ({ path: at, title: pages.find((other) => other.path === at)!.title })), rules, examples };
}

/** Without what marked adds to a message that passes through it. */
function rendering<T>(make: () => T): T {
  try {
    return make();
  } catch (error) {
    if (error instanceof Error) error.message = error.message.replace(/\nPlease report this to https:\S+$/, '');
    throw error;
  }
}

function byFamily(infos: readonly RuleInfo[]): Map<string, RuleInfo[]> {
  const families = new Map<string, RuleInfo[]>(Object.keys(FAMILIES).map((family) => [family, []]));
  for (const info of infos) {
    const [family = ''] = info.name.split('/');
    const rules = families.get(family);
    if (!rules) throw new Untrue(`www/site/families.ts says nothing of the family ${family}`);
    rules.push(info);
  }
  const empty = [...families].filter(([, rules]) => rules.length === 0).map(([family]) => family);
  if (empty.length) throw new Untrue(`www/site/families.ts: no rule is of the family ${empty.join(', ')}`);
  return families;
}

const PRESETS: Record<string, string> = {
  ci: 'on in every preset',
  recommended: 'on by default',
  supabase: 'on in the presets <code>supabase</code> and <code>strict</code>',
  strict: 'on in the preset <code>strict</code>',
};

function badges({ severity, preset, fix }: RuleInfo): string {
  const on = PRESETS[preset] ?? `on when <code>[rules]</code> says so`;
  return `<p class="badges"><span class="pgdry-severity pgdry-${severity}">${severity}</span> <span>${on}</span>${fix ? ' <span>has a fix</span>' : ''}</p>\n`;
}

function rulesIndex(rules: Map<string, RuleInfo[]>): Page {
  const at = 'docs/rules/index.html';
  const headings: Heading[] = [];
  const sections = [...rules].map(([family, infos]) => {
    headings.push({ depth: 2, text: family, id: family });
    const rows = infos.map(
      ({ name, severity, preset, fix, summary }) =>
        `<tr><td><a href="${relative(at, rulePath(name))}"><code>${name}</code></a></td><td>${escape(summary).replace(/`([^`]+)`/g, '<code>$1</code>')}</td>` +
        `<td><span class="pgdry-severity pgdry-${severity}">${severity}</span></td><td>${preset}</td><td>${fix ? 'yes' : ''}</td></tr>`,
    );
    return `<h2 id="${family}">${family}</h2>\n<p>${FAMILIES[family]}</p>\n${tableHtml('<tr><th>Rule</th><th>Finds</th><th>Severity</th><th>Preset</th><th>Fix</th></tr>', rows.join('\n'))}`;
  });
  const count = [...rules.values()].flat().length;
  const description = `All ${count} rules of pgdry by family, with their severity and the smallest preset that has them on.`;
  const body =
    `<h1>Rules</h1>\n<p>${count} rules in ${rules.size} families. A rule’s preset is the smallest that has it on: <code>ci</code>, ` +
    `<code>recommended</code> (the default), <code>supabase</code>, <code>strict</code>; <code>ci</code> is <code>recommended</code> cut down to errors. ` +
    `A severity in <a href="../configuration.html">the configuration</a> turns any rule on or off.</p>\n${sections.join('\n')}`;
  return { path: at, title: 'Rules', description, kind: 'Guide', body, headings, isLive: false };
}
