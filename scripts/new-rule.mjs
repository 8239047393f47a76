// Begins a rule: its file, its page, its `pub mod` and its line in the registry. What it writes compiles, reports every statement, and so fails its own
// good examples until it is a rule.
//   node scripts/new-rule.mjs FAMILY/NAME
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { pathToFileURL } from 'node:url';
import { project } from '../tests/support/pgdry.mjs';

const rule = (family, name) => `//! ${family}/${name}: one sentence: what it finds.

use crate::rules::prelude::*;

pub const RULE: Rule = Rule {
    name: "${family}/${name}",
    severity: Severity::Warning,
    preset: Preset::Recommended,
    summary: native!("what it finds, in a few words"),
    doc: page!("${family}/${name}"),
    since: "0.1.0",
    check: Check::Statement(check),
};

fn check(cx: &mut StatementContext) {
    if !cx.applied() {
        return;
    }
    cx.report(cx.step.span, "what is wrong, with the object's name").help("what to write instead");
}
`;

const example = (kind, what) => `## ${kind === 'bad' ? 'Bad' : 'Good'}: ${what}

\`\`\`sql ${kind}
create table public.notes (id bigint primary key);
\`\`\`
`;

const page = (family, name) => `# ${family}/${name}

One sentence: what it finds.

## Why

What goes wrong in a database or for its clients.

${['one', 'two', 'three'].map((number) => example('bad', `case ${number}`)).join('\n')}
${['one', 'two', 'three'].map((number) => example('good', `case ${number}, which a hasty rule would report`)).join('\n')}
## How to fix

What to write instead.

## What PostgreSQL does

See the manual: the section's name.
`;

/** Adds a line to a run of alike lines, in its place by the alphabet. */
function addSorted(text, pattern, line) {
  const lines = text.split('\n');
  const alike = lines.flatMap((each, at) => (pattern.test(each) ? [at] : []));
  const at = alike.find((index) => lines[index] > line) ?? (alike.at(-1) ?? 0) + 1;
  lines.splice(at, 0, line);
  return lines.join('\n');
}

/** Writes the rule into the project at `root`; returns the files written or changed. */
export function newRule(full, root = project) {
  const [, family, name] = /^([a-z]+)\/([a-z]+(?:-[a-z]+)*)$/.exec(full ?? '') ?? [];
  if (!family) throw new Error('name it FAMILY/NAME: lower-case words, those of NAME with hyphens between');
  const module = name.replaceAll('-', '_');
  const rules = path.join(root, 'src', 'rules');
  const files = {
    rule: path.join(rules, family, `${module}.rs`),
    page: path.join(root, 'docs', 'rules', family, `${name}.md`),
    family: path.join(rules, family, 'mod.rs'),
    registry: path.join(rules, 'registry.rs'),
    rules: path.join(rules, 'mod.rs'),
  };
  for (const file of [files.rule, files.page]) if (existsSync(file)) throw new Error(`${file} is there already`);
  const change = (file, edit) => writeFileSync(file, edit(readFileSync(file, 'utf8')));

  mkdirSync(path.dirname(files.rule), { recursive: true });
  mkdirSync(path.dirname(files.page), { recursive: true });
  writeFileSync(files.rule, rule(family, name));
  writeFileSync(files.page, page(family, name));
  const isNew = !existsSync(files.family);
  if (isNew) {
    writeFileSync(files.family, `//! What these rules are about.\n\npub mod ${module};\n`);
    change(files.rules, (text) => addSorted(text, /^mod [a-z0-9]+;$/, `mod ${family};`));
    change(files.registry, (text) =>
      text.replace(/^use super::\{\s*Rule, ([^}]*?),?\s*\};$/m, (_, families) => {
        const all = [...families.split(/,\s*/), family].sort();
        return `use super::{Rule, ${all.join(', ')}};`;
      }),
    );
  } else {
    change(files.family, (text) => addSorted(text, /^pub mod [a-z0-9_]+;$/, `pub mod ${module};`));
  }
  change(files.registry, (text) => {
    const lines = text.split('\n');
    const last = lines.findLastIndex((line) => line.startsWith(`    &${family}::`));
    const at = last >= 0 ? last + 1 : lines.indexOf('];');
    lines.splice(at, 0, `    &${family}::${module}::RULE,`);
    return lines.join('\n');
  });
  // A long line of families wants wrapping. Where there is no rustfmt, `cargo fmt` does it later.
  spawnSync('rustfmt', ['--edition', '2024', '--config-path', project, files.registry]);
  return Object.values(files).filter((file) => isNew || file !== files.rules);
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  try {
    const files = newRule(process.argv[2]).map((file) => path.relative(process.cwd(), file));
    console.log(`${files.join('\n')}\n\nWrite the check and the examples, then: cargo test --lib rules::`);
  } catch (error) {
    console.error(error.message);
    process.exitCode = 2;
  }
}
