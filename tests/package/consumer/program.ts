// A user's program in strict TypeScript, compiled against the package as it is installed.
import { init, memory, reset, Validator, version } from 'pgdry';
import type { Config, Finding, Fix, Report, Schema, TypesOptions } from 'pgdry';
import { explain, rules } from 'pgdry/rules';

export async function run(files: Map<string, string>, bytes: Uint8Array): Promise<string[]> {
  await init();
  await init('https://example.com/pgdry_bg.wasm');
  await init(Promise.resolve(bytes));
  const config: Partial<Config> = { preset: 'strict', rules: { 'rls/no-policy': 'off' }, contract: { tables: { notes: { rls: true } } } };
  using validator = new Validator(config);
  for (const [path, text] of files) validator.setFile(path, text);
  const report: Report = validator.check();
  const schema: Schema = validator.schema();
  const options: Partial<TypesOptions> = { dialect: 'meta' };
  const pages: string[] = rules.map((rule) => explain(rule));
  if (memory() > 1e8) reset();
  return [version(), validator.types(options), JSON.stringify(schema), ...pages, ...report.findings.map(describe)];
}

function describe(finding: Finding): string {
  const fixes: Fix[] = finding.fixes;
  const severity: 'error' | 'warning' | 'info' = finding.severity;
  return `${finding.file}:${finding.start.line}: ${severity} ${finding.message} ${fixes.length}`;
}

// Each line below must be an error; if the declarations were `any`, the compiler would refuse the comment.
export function wrong(validator: Validator): void {
  // @ts-expect-error: a source is a string or an object
  void init(42);
  // @ts-expect-error: text is missing
  validator.setFile('a.sql');
  // @ts-expect-error: no such preset
  new Validator({ preset: 'nonsense' });
  // @ts-expect-error: a report has no such field
  validator.check().nonsense;
}
