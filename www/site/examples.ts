/**
 * The examples of the pages, run by the validator while the site is built. A page that says of an example what no longer holds stops the build.
 *
 * Rules' pages (the same as src/rules/tests.rs): ```sql bad``` is reported by the page's rule, ```sql good``` is not, ```sql fixed``` is what the fixes
 * make of the bad example before it. Guides: ```sql reports RULE…``` is reported by exactly these rules, ```sql clean``` by none, of ```sql types``` the
 * TypeScript types are shown. In all of them `-- config: key = value` lines configure and `-- file: name.sql` lines begin files.
 */

import { parse } from 'smol-toml';
import type { Config, Fix, Report } from '../../pkg/dist/pgdry.js';
import { check, filesOf, report, type Found, type Settings } from '../element/example.ts';
import type { Pgdry } from './validator.ts';

export interface Example {
  /** `bad`, `good`, `fixed`, `reports`, `clean` or `types`. */
  kind: string;
  /** The SQL as it is shown. */
  text: string;
  /** The lines of its pgdry.toml, as they are shown. */
  toml: string;
  settings: Settings;
  found: Found[];
  /** Of `types`: what is printed. */
  types: string;
}

/** What a page says of an example and what the validator says instead. */
export class Untrue extends Error {}

/** Examples of one page, in order. */
export class ExampleRunner {
  private lastBad: { example: Example; files: { name: string; text: string }[] } | undefined;
  private count = 0;

  constructor(
    private readonly pgdry: Pgdry,
    private readonly page: string,
    /** The rule that the page is about. */
    private readonly rule: string | undefined,
  ) {}

  get ran(): number {
    return this.count;
  }

  run(info: string, source: string): Example {
    this.count += 1;
    const [kind = '', ...named] = info.split(/\s+/);
    const lines = source.split('\n');
    const toml = lines.filter((line) => line.startsWith('-- config: ')).map((line) => line.slice('-- config: '.length));
    const text = lines.filter((line) => !line.startsWith('-- config: ')).join('\n').trimEnd();
    const config = parse(toml.join('\n')) as Partial<Config>;
    // Beside the page's rule what stands in the way of every other: somebody who edits the example sees why it is silent.
    const rules = this.rule ? [...new Set([this.rule, 'syntax/*', 'schema/*'])] : [];
    const settings: Settings = { config, rules };
    const found = check((given) => this.create(given), text, settings);
    const example: Example = { kind, text, toml: toml.join('\n'), settings, found, types: '' };
    switch (kind) {
      case 'bad':
        this.expect(this.own(found).length > 0, text, `is reported by ${this.rule}`, found);
        this.lastBad = { example, files: filesOf(text) };
        break;
      case 'good':
        this.expect(this.own(found).length === 0, text, `is not reported by ${this.rule}`, found);
        break;
      case 'fixed':
        this.checkFix(example);
        break;
      case 'reports': {
        const reported = [...new Set(found.map(({ rule }) => rule))].sort();
        const expected = [...named].sort();
        this.expect(expected.length > 0 && reported.join() === expected.join(), text, `is reported by ${expected.join(', ')}, and by nothing else`, found);
        break;
      }
      case 'clean':
        this.expect(found.length === 0, text, 'is reported by nothing', found);
        break;
      case 'types':
        example.types = this.types(text, config);
        break;
      default:
        throw new Untrue(`${this.page}: an example says \`sql ${info}\`, which stands for nothing`);
    }
    return example;
  }

  readConfig(source: string): void {
    try {
      this.create(parse(source) as Partial<Config>).free();
    } catch (error) {
      throw new Untrue(`${this.page}: this configuration is refused: ${String(error)}\n\n${source}`);
    }
  }

  private create(config: Partial<Config>): InstanceType<Pgdry['Validator']> {
    return new this.pgdry.Validator(config);
  }

  private own(found: readonly Found[]): Found[] {
    return found.filter(({ rule }) => rule === this.rule);
  }

  private expect(holds: boolean, text: string, claim: string, found: readonly Found[]): void {
    if (holds) return;
    const reported = found.map(({ rule, message }) => `  ${rule}: ${message}`).join('\n') || '  nothing';
    throw new Untrue(`${this.page}: the page says that this example ${claim}:\n\n${text}\nThe validator reports:\n${reported}`);
  }

  private checkFix(example: Example): void {
    const bad = this.lastBad;
    if (!bad) throw new Untrue(`${this.page}: a fixed example without a bad one before it`);
    const before = report((config) => this.create(config), bad.files, bad.example.settings.config);
    const fixed = applyFixes(bad.files, { ...before, findings: before.findings.filter(({ rule }) => rule === this.rule) });
    const show = (files: readonly { name: string; text: string }[]): string =>
      files.map(({ name, text }) => `-- file: ${name}\n${text.trimEnd()}\n`).join('');
    const shown = show(filesOf(example.text));
    if (show(fixed) !== shown) {
      throw new Untrue(`${this.page}: the page says that the fix gives\n\n${shown}\nThe fix gives\n\n${show(fixed)}`);
    }
    const found = check((config) => this.create(config), example.text, { ...bad.example.settings, rules: [this.rule ?? '', 'syntax/error', 'schema/*'] });
    this.expect(found.length === 0, example.text, `is clean for ${this.rule}`, found);
    example.settings = bad.example.settings;
    example.toml = bad.example.toml;
    this.lastBad = undefined;
  }

  private types(text: string, config: Partial<Config>): string {
    const validator = this.create(config);
    try {
      for (const { name, text: content } of filesOf(text)) validator.setFile(name, content);
      return validator.types();
    } finally {
      validator.free();
    }
  }
}

type Edit = Fix['edits'][number];

/** The first fix of every finding, as far as they do not overlap, as `pgdry check --fix` applies them (src/rules/fix.rs). */
function applyFixes(files: readonly { name: string; text: string }[], { findings }: Report): { name: string; text: string }[] {
  const chosen: Edit[] = [];
  const isSame = (a: Edit, b: Edit): boolean =>
    a.file === b.file && a.start.offset === b.start.offset && a.end.offset === b.end.offset && a.text === b.text;
  const overlaps = (a: Edit, b: Edit): boolean => a.file === b.file && a.start.offset < b.end.offset && b.start.offset < a.end.offset;
  for (const { fixes } of findings) {
    const edits = fixes[0]?.edits ?? [];
    if (edits.every((edit) => chosen.some((other) => isSame(edit, other)))) continue;
    if (edits.every((edit) => chosen.every((other) => !overlaps(edit, other)))) chosen.push(...edits);
  }
  return files.map(({ name, text }) => {
    const edits = chosen.filter(({ file }) => file === name).sort((a, b) => a.start.utf16 - b.start.utf16 || a.end.utf16 - b.end.utf16);
    let result = '';
    let at = 0;
    for (const { start, end, text: replacement } of edits) {
      result += text.slice(at, start.utf16) + replacement;
      at = end.utf16;
    }
    return { name, text: result + text.slice(at) };
  });
}
