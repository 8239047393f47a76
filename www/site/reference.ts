/** The parts of the reference that are taken from what is built: the declarations of the package, the help of the command, the list of rules. */

import { escape, slug } from './html.ts';
import { tableHtml, type Heading, type Rendered } from './markdown.ts';

export interface RuleInfo {
  name: string;
  severity: string;
  preset: string;
  fix: boolean;
  summary: string;
  /** By name the default. */
  options: Record<string, string>;
}

export interface Member {
  name: string;
  type: string;
  doc: string;
  isOptional: boolean;
}

/** Declarations as wasm-bindgen and tsify print them: a comment before each, members indented by four. */
export class Declarations {
  constructor(private readonly text: string) {}

  /** The fields of an interface, in order. */
  fields(name: string): Member[] {
    const fields = [...this.body(`interface ${name} `).matchAll(/(?:\/\*\*\n([\s\S]*?)\*\/\n\s*)?^ {4}(\w+)(\??): (.*);$/gm)];
    if (fields.length === 0) throw new Error(`pgdry.d.ts: interface ${name} has no fields`);
    return fields.map(([, doc = '', field, optional, type]) => ({ name: field!, type: type!, doc: prose(doc), isOptional: optional === '?' }));
  }

  methods(name: string): Member[] {
    const methods = [...this.body(`class ${name} `).matchAll(/(?:\/\*\*\n((?:(?!\*\/)[\s\S])*?)\*\/\n\s*)?^ {4}(\w+)(\(.*);$/gm)];
    return methods.map(([, doc = '', method, type]) => ({ name: method!, type: type!, doc: prose(doc), isOptional: false }));
  }

  private body(head: string): string {
    const start = this.text.indexOf(`export ${head}`);
    if (start < 0) throw new Error(`pgdry.d.ts has no ${head}`);
    return this.text.slice(start, this.text.indexOf('\n}', start) + 1);
  }
}

const prose = (comment: string): string => comment.replace(/^\s*\* ?/gm, '').replace(/\s+/g, ' ').trim();

/** Text of a comment, with what stands in backticks as code. */
const inline = (text: string): string => escape(text).replace(/`([^`]+)`/g, '<code>$1</code>');

/** The keys of a table of pgdry.toml, which writes names in snake_case. */
export function keysHtml(members: readonly Member[]): string {
  const snake = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  const rows = members.map(({ name, type, doc }) => `<tr><td><code>${snake(name)}</code></td><td><code>${escape(tomlType(type))}</code></td><td>${inline(doc)}</td></tr>`);
  return tableHtml('<tr><th>Key</th><th>Value</th><th>Meaning</th></tr>', rows.join('\n'));
}

const TOML_TYPES: Record<string, string> = {
  Preset: 'string',
  History: 'string',
  Runner: 'string',
  Target: 'string',
  Dialect: 'string',
  number: 'integer',
  'string[]': 'array of strings',
  'string | string[]': 'string, or array of strings',
  TypesOptions: 'table [types]',
  'Partial<Contract>': 'table [contract]',
  'Override[]': 'tables [[overrides]]',
  'Record<string, RuleSetting>': 'table [rules]',
};

function tomlType(type: string): string {
  const plain = type.replace(' | undefined', '');
  return TOML_TYPES[plain] ?? (plain.startsWith('Record<') ? 'table' : plain);
}

export function fieldsHtml(members: readonly Member[]): string {
  const rows = members.map(({ name, type, doc, isOptional }) => `<tr><td><code>${name}${isOptional ? '?' : ''}</code></td><td><code>${escape(type)}</code></td><td>${inline(doc)}</td></tr>`);
  return tableHtml('<tr><th>Field</th><th>Type</th><th>Meaning</th></tr>', rows.join('\n'));
}

export function methodsHtml(members: readonly Member[]): string {
  const shown = members.filter(({ name }) => name !== 'free');
  return `<dl>${shown.map(({ name, type, doc }) => `<dt><code>${name}${escape(type)}</code></dt><dd>${inline(doc)}</dd>`).join('\n')}</dl>\n`;
}

export function rulesOptionsHtml(rules: readonly RuleInfo[], page: (rule: string) => string): string {
  const rows = rules.flatMap(({ name, options }) =>
    Object.entries(options).map(([option, value]) => `<tr><td><a href="${page(name)}"><code>${name}</code></a></td><td><code>${option}</code></td><td>${escape(value)}</td></tr>`),
  );
  if (rows.length === 0) throw new Error('docs/reference/rules.json: no rule has an option');
  return tableHtml('<tr><th>Rule</th><th>Option</th><th>Default</th></tr>', rows.join('\n'));
}

/** docs/reference/commands.txt: for each command a line `# pgdry name` and its help, as clap prints it. */
export function commandsHtml(text: string): Rendered {
  const headings: Heading[] = [];
  const html = text
    .split(/^# (?=pgdry)/m)
    .filter(Boolean)
    .map((page) => {
      const [name = '', ...lines] = page.split('\n');
      const id = slug(name);
      headings.push({ depth: 2, text: `<code>${escape(name)}</code>`, id });
      return `<h2 id="${id}"><code>${escape(name)}</code></h2>\n${helpHtml(lines.join('\n').trim())}`;
    })
    .join('\n');
  if (headings.length < 5) throw new Error('docs/reference/commands.txt: where are the commands?');
  return { html, headings, isLive: false };
}

/** One help text: what it does, its usage, then sections of entries. */
function helpHtml(help: string): string {
  return help
    .split(/\n(?=\S[^\n]*:\n)|\n\n(?=Usage: )/)
    .map((part) => {
      const section = /^(\S[^\n]*):\n([\s\S]*)$/.exec(part);
      if (section) return `<h3>${escape(section[1]!)}</h3>\n${entriesHtml(section[2]!)}`;
      if (part.startsWith('Usage: ')) return `<pre class="plain" tabindex="0"><code>${escape(part.slice('Usage: '.length).trim())}</code></pre>`;
      return part
        .trim()
        .split(/\n\n+/)
        .map((paragraph) => `<p>${inline(paragraph.replace(/\n/g, ' '))}</p>`)
        .join('\n');
    })
    .join('\n');
}

/**
 * Entries as clap prints them: the name at a small indentation, then, two spaces on or in lines that are indented further, what it means; empty
 * lines end paragraphs.
 */
function entriesHtml(text: string): string {
  const entries: { name: string; lines: string[] }[] = [];
  for (const line of text.split('\n')) {
    const indent = /^ */.exec(line)![0].length;
    const isName = indent > 0 && (indent <= 2 || (indent <= 6 && /^-/.test(line.trim())));
    if (isName) {
      const [name = '', ...rest] = line.trim().split(/ {2,}/);
      entries.push({ name, lines: rest });
    } else {
      entries.at(-1)?.lines.push(line.trim());
    }
  }
  const meaning = (lines: readonly string[]): string =>
    lines
      .join('\n')
      .trim()
      .split(/\n\n+/)
      .map((paragraph) => {
        const [first = '', ...items] = paragraph.split(/\n(?=- )/);
        const list = items.map((item) => `<li>${inline(item.slice(2).replace(/\s+/g, ' '))}</li>`).join('');
        return first || list ? `<p>${inline(first.replace(/\n/g, ' '))}</p>${list ? `<ul>${list}</ul>` : ''}` : '';
      })
      .join('');
  return `<dl>${entries.map(({ name, lines }) => `<dt><code>${escape(name)}</code></dt><dd>${meaning(lines)}</dd>`).join('\n')}</dl>`;
}

/** docs/coverage.md counted: for each tool its rules, and for how many of them the second column names one of pgdry's. */
export function coverageHtml(markdown: string, page: string): string {
  const rows = markdown
    .split(/^## /m)
    .slice(1)
    .map((section) => {
      const tool = section.slice(0, section.indexOf('\n')).trim();
      const rules = [...section.matchAll(/^\| (.*?) \| (.*?) \|/gm)].slice(1).filter(([, name]) => !name!.startsWith('--'));
      const covered = rules.filter(([, , own]) => own!.includes('`')).length;
      if (rules.length < 5 || covered === 0) throw new Error(`docs/coverage.md: what of ${tool} is counted?`);
      return `<tr><td><a href="${page}#${slug(tool)}">${escape(tool)}</a></td><td>${rules.length}</td><td>${covered}</td></tr>`;
    });
  return tableHtml('<tr><th>Tool</th><th>Its rules</th><th>With a rule of pgdry</th></tr>', rows.join('\n'));
}
