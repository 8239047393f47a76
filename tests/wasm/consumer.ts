// A user's program in strict TypeScript; declarations.test.mjs compiles it against the package's generated declarations.
import init, { initSync, Validator, version } from '../../pkg/dist/pgdry.js';
import { explain } from '../../pkg/rules.js';
import type { Config, Finding, Fix, Report, Schema } from '../../pkg/dist/pgdry.js';

export async function start(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  await init({ module_or_path: bytes });
  initSync({ module: bytes });
  return version();
}

export function run(files: Map<string, string>): string[] {
  const config: Partial<Config> = { history: 'complete', rules: { 'rls/no-policy': 'off' }, contract: { tables: { notes: { rls: true, columns: ['id'] } } } };
  const validator = new Validator(config);
  for (const [path, text] of files) validator.setFile(path, text);
  validator.removeFile('old.sql');
  const report: Report = validator.check();
  const schema: Schema = validator.schema();
  const types: string = validator.types({ dialect: 'meta' }) + new Validator().types();
  const page: string = explain('rls/no-policy');
  const sarif: string = validator.report('sarif', { explain }) + validator.report('markdown');
  const before: Schema = validator.schemaAt('20250101000000_notes.sql');
  const held: string[] = validator.locks().files.flatMap(({ statements }) => statements.flatMap((s) => s.held.map((lock) => lock.mode)));
  validator.free();
  return [types, page, sarif, ...held, JSON.stringify([schema, before]), ...report.findings.map(describe)];
}

function describe(finding: Finding): string {
  const fixes: Fix[] = finding.fixes;
  const edits: number[] = fixes.flatMap((fix) => fix.edits.map((edit) => edit.end.utf16 - edit.start.offset));
  const refused: string = finding.sqlstate ?? 'applies';
  const severity: 'error' | 'warning' | 'info' = finding.severity;
  const lints: string[] = finding.splinter.map((row) => `${row.name} ${row.key}`);
  return `${finding.file}:${finding.start.line}:${finding.end.column} ${severity} ${finding.message} ${refused} ${edits} ${lints}`;
}

// Each line below must be an error; if the declarations were `any`, the compiler would refuse the comment.
export function wrong(validator: Validator): void {
  // @ts-expect-error: text is missing
  validator.setFile('a.sql');
  // @ts-expect-error: no such history
  new Validator({ history: 'nonsense' });
  // @ts-expect-error: no such dialect
  validator.types({ dialect: 'nonsense' });
  // @ts-expect-error: no such format
  validator.report('xml');
  // @ts-expect-error: a report has no such field
  validator.check().nonsense;
  // @ts-expect-error: lines are numbers
  validator.check().findings[0]?.start.line.toUpperCase();
}
