/** What the two routes of migrations answer: the report in the format that is asked for, and the types. */

import { Accept } from '@remix-run/headers/accept';
import type { ReportFormat, Summary, Target, TypesOptions } from 'pgdry';
import type { Ask } from './check.ts';
import { Problem } from './problem.ts';
import { failOnOf, type FailOn } from './settings.ts';

/** By media type the report's format, as `pgdry check --format` has it. The first one is for who does not say. */
const formats = {
  'application/json': 'json',
  'application/sarif+json': 'sarif',
  'text/markdown': 'markdown',
  'text/plain': 'text',
} as const satisfies Record<string, ReportFormat>;

const reportTypes = Object.keys(formats) as (keyof typeof formats)[];

/** The one of these media types that the client likes best. */
function preferred<T extends string>(request: Request, types: readonly T[]): T {
  const header = request.headers.get('accept');
  const [first] = types;
  const type = header === null || header.trim() === '' ? first : new Accept(header).getPreferred(types);
  if (type === null || type === undefined) throw new Problem('not-acceptable', `Accept allows none of ${types.join(', ')}`);
  return type;
}

/** Of the address or the JSON body, in this order, the severity from which a report is a failure. */
export function failOnFrom(request: Request, options: Record<string, unknown>, otherwise: FailOn): FailOn {
  const given = new URL(request.url).searchParams.get('failOn') ?? options.failOn;
  if (given === undefined) return otherwise;
  const failOn = failOnOf(given);
  if (failOn === undefined) throw new Problem('invalid-option', '`failOn` is one of error, warning, info, never');
  return failOn;
}

export interface Verdict {
  /** The report as JSON. */
  json: string;
  summary: Summary;
  fails: boolean;
}

export function verdictOf(ask: Ask, failOn: FailOn): Verdict {
  const json = ask('json', (validator) => validator.report('json'));
  const { summary } = JSON.parse(json) as { summary: Summary };
  const { errors, warnings, infos } = summary;
  const counted = { error: errors, warning: errors + warnings, info: errors + warnings + infos, never: 0 };
  return { json, summary, fails: counted[failOn] > 0 };
}

/** The media type comes before the check: whoever accepts nothing costs nothing. */
export function reportType(request: Request): keyof typeof formats {
  return preferred(request, reportTypes);
}

export function reportResponse(ask: Ask, type: keyof typeof formats, failOn: FailOn): Response {
  const { json, fails } = verdictOf(ask, failOn);
  const format = formats[type];
  const text = format === 'json' ? json : ask(format, (validator) => validator.report(format));
  return new Response(text, { status: fails ? 422 : 200, headers: { 'content-type': withCharset(type) } });
}

const withCharset = (type: string): string => (type.startsWith('text/') ? `${type}; charset=utf-8` : type);

const targets: Record<Target, string> = {
  typescript: 'text/plain',
  zod: 'text/plain',
  rust: 'text/plain',
  'json-schema': 'application/schema+json',
  metadata: 'application/json',
};

/** The options of the address over those of the JSON body; the validator says what is wrong in them. */
export function typesOptions(request: Request, options: Record<string, unknown>): Partial<TypesOptions> {
  const { searchParams } = new URL(request.url);
  const given: Record<string, unknown> = { ...(typeof options.types === 'object' ? options.types : {}) };
  for (const [name, value] of searchParams) {
    if (name === 'name') continue;
    given[name] = name === 'schemas' || name === 'extraSearchPath' ? value.split(',') : name === 'oneToOne' ? value !== 'false' : value;
  }
  return given;
}

export function typesResponse(request: Request, ask: Ask, options: Partial<TypesOptions>): Response {
  const question = JSON.stringify(options);
  const types = ask(`types ${question}`, (validator) => validator.types(options));
  const own = targets[options.target ?? 'typescript'];
  const type = preferred(request, own === 'application/json' ? [own] : [own, 'application/json']);
  if (type === own) return new Response(types, { headers: { 'content-type': withCharset(own) } });
  const warnings = ask(`warnings ${question}`, (validator) => validator.typeWarnings(options));
  return Response.json({ types, warnings });
}
