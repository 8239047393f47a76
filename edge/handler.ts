/** The HTTP side of pgdry: a Request in, a Response out, on any platform. */

import { guardFor, type Guard } from './src/auth.ts';
import { readBody } from './src/body.ts';
import { Checker, type Engine } from './src/check.ts';
import { corsHeaders, preflight } from './src/cors.ts';
import { Health, type Migrations } from './src/health.ts';
import { help } from './src/help.ts';
import { Problem } from './src/problem.ts';
import { failOnFrom, reportResponse, reportType, typesOptions, typesResponse } from './src/reports.ts';
import { settingsFrom, type Environment, type Settings } from './src/settings.ts';
import { onUpload } from './src/webhook.ts';

export type { Engine } from './src/check.ts';
export type { Migrations } from './src/health.ts';
export { SettingsError, type Environment } from './src/settings.ts';

/** A line of the log. It has nothing of what was sent: no SQL, no path, no token. */
export interface LogEntry {
  method: string;
  route: string;
  status: number;
  milliseconds: number;
  /** The code of the problem that was answered. */
  problem?: string;
  /** Where an error came from that nobody foresaw: no message, which may quote what was sent. */
  stack?: string[];
}

export interface Deployment {
  /** The package `pgdry`, after its `init`. */
  engine: Engine;
  /** What `settingsFrom` reads: PGDRY_AUTH and the others. */
  env: Environment;
  /** What `/healthz` is about. */
  migrations?: Migrations | undefined;
  log?: (entry: LogEntry) => void;
}

export type Handler = (request: Request) => Promise<Response>;

interface Server {
  settings: Settings;
  checker: Checker;
  health: Health;
  guard: Guard;
  version: string;
}

type Route = (request: Request, server: Server) => Promise<Response>;

/** By path the methods, each with what answers it. */
const routes: Record<string, Partial<Record<string, Route>>> = {
  '/': { GET: async (_, { version }) => new Response(help(version), { headers: { 'content-type': 'text/plain; charset=utf-8' } }) },
  '/healthz': { GET: healthz },
  '/check': { POST: guarded(check) },
  '/types': { POST: guarded(types) },
  '/on-upload': { POST: guarded(upload) },
};

/** Throws a SettingsError when the environment says too little, or something that means nothing. */
export function createHandler({ engine, env, migrations, log = (entry) => console.log(JSON.stringify(entry)) }: Deployment): Handler {
  const settings = settingsFrom(env);
  const checker = new Checker(engine, settings.limits);
  const version = engine.version();
  const server: Server = { settings, checker, health: new Health(engine, migrations?.files.length ? migrations : undefined), guard: guardFor(settings.auth), version };

  return async (request) => {
    const began = Date.now();
    server.health.begin();
    const path = pathOf(request, settings.basePath);
    const entry: LogEntry = { method: methodOf(request), route: path in routes ? path : 'other', status: 500, milliseconds: 0 };
    let response: Response;
    try {
      response = await answer(path, request, server);
    } catch (error) {
      const problem = error instanceof Problem ? error : new Problem('internal', 'nobody foresaw this; it is in the server\'s log');
      response = problem.response();
      entry.problem = problem.code;
      if (!(error instanceof Problem)) entry.stack = framesOf(error);
    }
    for (const [name, value] of Object.entries(corsHeaders(request, settings.origins))) response.headers.set(name, value);
    response.headers.set('x-content-type-options', 'nosniff');
    response.headers.set('cache-control', 'no-store');
    entry.status = response.status;
    entry.milliseconds = Date.now() - began;
    log(entry);
    return response;
  };
}

async function answer(path: string, request: Request, server: Server): Promise<Response> {
  const methods = Object.hasOwn(routes, path) ? routes[path] : undefined;
  if (methods === undefined) throw new Problem('not-found', 'the addresses are /check, /types, /on-upload, /healthz and /');
  if (request.method === 'OPTIONS') return preflight(request, server.settings.origins);
  const route = methods[request.method === 'HEAD' ? 'GET' : request.method];
  if (route !== undefined) return route(request, server);
  const allowed = Object.keys(methods).join(', ');
  throw new Problem('method-not-allowed', `the methods of ${path} are ${allowed}`, { allow: `${allowed}, OPTIONS` });
}

/** Who calls is asked before anything of the body is read. */
function guarded(route: Route): Route {
  return async (request, server) => {
    await server.guard(request);
    return route(request, server);
  };
}

async function check(request: Request, { settings, checker }: Server): Promise<Response> {
  const type = reportType(request);
  const { options, ...given } = await readBody(request, settings.limits);
  const failOn = failOnFrom(request, options, settings.failOn);
  return checker.check(given, (ask) => reportResponse(ask, type, failOn));
}

async function types(request: Request, { settings, checker }: Server): Promise<Response> {
  const { options, ...given } = await readBody(request, settings.limits);
  return checker.check(given, (ask) => typesResponse(request, ask, typesOptions(request, options)));
}

async function upload(request: Request, { settings, checker }: Server): Promise<Response> {
  if (settings.storage === undefined) throw new Problem('not-found', 'this server has no PGDRY_BUCKETS to take uploads from');
  return onUpload(request, settings.storage, checker, settings.limits, settings.failOn);
}

async function healthz(request: Request, { guard, health }: Server): Promise<Response> {
  return health.answer(await guard(request).then(() => true, () => false));
}

function pathOf(request: Request, basePath: string): string {
  const { pathname } = new URL(request.url);
  const below = basePath !== '' && (pathname === basePath || pathname.startsWith(`${basePath}/`)) ? pathname.slice(basePath.length) : pathname;
  return below === '' ? '/' : below;
}

/** Of a method that nobody knows, only that. */
const methodOf = ({ method }: Request): string => (/^(GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS)$/.test(method) ? method : 'other');

function framesOf(error: unknown): string[] {
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  return stack.split('\n').filter((line) => /^\s+at /.test(line)).slice(0, 5).map((line) => line.trim());
}
