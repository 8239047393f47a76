// A small Supabase: the two calls of Storage (objects are fetched and written), PostgREST's upsert into one table, and the key set of Auth.
import { once } from 'node:events';
import { createServer } from 'node:http';

/** `{url, objects, table, requests, keys, fail, close()}`: `objects` by `bucket/name`, `table` by bucket and name, `requests` as they came. */
export async function startSupabase(serviceKey) {
  const state = { objects: new Map(), table: new Map(), requests: [], keys: { keys: [] }, fail: undefined };
  const server = createServer(async (request, response) => {
    const parts = [];
    for await (const part of request) parts.push(part);
    const body = Buffer.concat(parts);
    const { pathname, searchParams } = new URL(request.url, 'http://localhost');
    state.requests.push({ method: request.method, url: request.url, headers: request.headers, body: body.toString() });
    const say = (status, value, headers = {}) => response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(Buffer.isBuffer(value) ? value : JSON.stringify(value));

    if (pathname === '/auth/v1/.well-known/jwks.json') return say(200, state.keys);
    if (request.headers.authorization !== `Bearer ${serviceKey}` || request.headers.apikey !== serviceKey) return say(403, { statusCode: '403', error: 'Unauthorized' });
    if (state.fail?.(request)) return say(500, { statusCode: '500', error: 'internal' });
    const object = /^\/storage\/v1\/object\/(.+)$/.exec(pathname)?.[1];
    if (object !== undefined && request.method === 'GET') {
      const content = state.objects.get(decodeURIComponent(object));
      // As Storage does: 400, with the 404 in the body.
      if (content === undefined) return say(400, { statusCode: '404', error: 'not_found', message: 'Object not found' });
      return say(200, content, { 'content-type': 'application/octet-stream', etag: `"${content.length}"` });
    }
    if (object !== undefined && request.method === 'POST') {
      const name = decodeURIComponent(object);
      if (state.objects.has(name) && request.headers['x-upsert'] !== 'true') return say(400, { statusCode: '409', error: 'Duplicate' });
      state.objects.set(name, body);
      return say(200, { Key: name });
    }
    if (pathname === '/rest/v1/upload_reports' && request.method === 'POST') {
      const row = JSON.parse(body);
      const key = searchParams.get('on_conflict').split(',').map((column) => row[column]).join(' ');
      if (state.table.has(key) && !request.headers.prefer?.includes('resolution=merge-duplicates')) return say(409, { code: '23505' });
      state.table.set(key, row);
      return say(201, {});
    }
    say(404, {});
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return Object.assign(state, {
    url: `http://127.0.0.1:${server.address().port}`,
    close() {
      server.closeAllConnections();
      server.close();
    },
  });
}
