/**
 * Keeps the whole site, so that it works without a network. What is kept is one build's: a page that is reached over the network is always the newest,
 * one without is the last build that was kept whole.
 */

import { isolation } from '../isolation.ts';

const worker = self as unknown as ServiceWorkerGlobalScope;

/** By path its content's hash; the build writes the list in. */
const files = new Map(JSON.parse('PRECACHE') as [string, string][]);
const scope = worker.registration.scope;
const CACHE = `pgdry ${scope}`;
/** A network that does not answer is none. */
const PATIENCE_MS = 3000;
const PARALLEL = 4;

/** A file is kept under its hash: the next build takes over what has not changed. */
const keyOf = (path: string): string => `${scope}${path}?kept=${files.get(path)}`;
/** Vite's names have a hash of the content: such a file never changes. */
const isImmutable = (path: string): boolean => /-[\w-]{8}\.\w+$/.test(path);

async function keep(cache: Cache, path: string): Promise<void> {
  const key = keyOf(path);
  if (await cache.match(key)) return;
  const response = await fetch(scope + path, { cache: isImmutable(path) ? 'default' : 'no-cache' });
  if (!response.ok) throw new Error(`${path}: ${response.status}`);
  // A redirected answer may not stand for a page, so it is kept as one that was not.
  const { status, headers } = response;
  await cache.put(key, response.redirected ? new Response(await response.blob(), { status, headers }) : response);
}

async function keepAll(): Promise<void> {
  const cache = await caches.open(CACHE);
  const paths = [...files.keys()];
  const lane = async (): Promise<void> => {
    for (let path = paths.shift(); path !== undefined; path = paths.shift()) await keep(cache, path);
  };
  await Promise.all(Array.from({ length: PARALLEL }, lane));
}

async function dropOthers(): Promise<void> {
  const cache = await caches.open(CACHE);
  const current = new Set([...files.keys()].map(keyOf));
  const old = (await cache.keys()).filter(({ url }) => !current.has(url));
  await Promise.all(old.map((request) => cache.delete(request)));
}

/** The file that an address stands for, however the server writes it: `docs/`, `docs/index.html`, `docs/start`. */
function fileOf(url: URL): string | undefined {
  const path = decodeURIComponent(url.href.slice(scope.length).replace(/[?#].*$/, ''));
  return [path, `${path}index.html`, `${path}/index.html`, `${path}.html`].find((name) => files.has(name));
}

async function fromCache(path: string | undefined): Promise<Response | undefined> {
  return path === undefined ? undefined : (await caches.open(CACHE)).match(keyOf(path));
}

async function fromNetwork(request: Request, patience: number): Promise<Response> {
  return await Promise.race([
    fetch(request),
    new Promise<never>((_, reject) => setTimeout(() => reject(new Error('the network does not answer')), patience)),
  ]);
}

async function answer(request: Request, url: URL): Promise<Response> {
  const path = fileOf(url);
  if (path !== undefined && isImmutable(path)) return (await fromCache(path)) ?? fetch(request);
  if (path === undefined) return loadedOnDemand(request, url);
  const kept = await fromCache(path);
  if (!kept) return fetch(request);
  // Not of the network but of the server speaks a status: a page that is gone is gone.
  return fromNetwork(request, PATIENCE_MS).catch(() => kept);
}

/** Large files that only some visits need: kept from then on. */
async function loadedOnDemand(request: Request, url: URL): Promise<Response> {
  if (!isImmutable(url.pathname) || !/pglite/i.test(url.pathname)) return fetch(request);
  const cache = await caches.open(`${CACHE} on demand`);
  const kept = await cache.match(request);
  if (kept) return kept;
  const response = await fetch(request);
  if (response.ok) await cache.put(request, response.clone());
  return response;
}

/** A page that has memory to share with its worker, whatever the server's headers are: the two must say the same. */
async function isolated(request: Request, response: Promise<Response>): Promise<Response> {
  const given = await response;
  if (!['document', 'iframe', 'worker'].includes(request.destination) || given.type === 'opaqueredirect') return given;
  const headers = new Headers(given.headers);
  for (const [name, value] of Object.entries(isolation)) headers.set(name, value);
  return new Response(given.body, { status: given.status, statusText: given.statusText, headers });
}

worker.addEventListener('install', (event) => event.waitUntil(keepAll()));
// A new build waits until no page of the old one is open: no page mixes two.
worker.addEventListener('activate', (event) => event.waitUntil(dropOthers()));
worker.addEventListener('fetch', (event) => {
  const url = new URL(event.request.url);
  if (event.request.method === 'GET' && url.href.startsWith(scope)) event.respondWith(isolated(event.request, answer(event.request, url)));
});
