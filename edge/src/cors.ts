/** Which pages may call (CORS). */

import { Problem } from './problem.ts';

const METHODS = 'GET, POST, OPTIONS';
const HEADERS = 'authorization, content-type, accept, apikey, x-client-info';

/** The headers for a page of an allowed origin; none for another. */
export function corsHeaders(request: Request, origins: readonly string[]): Record<string, string> {
  const origin = request.headers.get('origin');
  if (origins.length === 0) return {};
  const vary = { vary: 'Origin' };
  if (origin === null || !isAllowed(origin, origins)) return vary;
  return { ...vary, 'access-control-allow-origin': origin };
}

export function preflight(request: Request, origins: readonly string[]): Response {
  const origin = request.headers.get('origin');
  if (origin === null || !isAllowed(origin, origins)) throw new Problem('origin-not-allowed', 'the origin is not in the list of those allowed');
  return new Response(null, {
    status: 204,
    headers: { 'access-control-allow-methods': METHODS, 'access-control-allow-headers': HEADERS, 'access-control-max-age': '7200' },
  });
}

function isAllowed(origin: string, origins: readonly string[]): boolean {
  return origins.includes('*') || origins.includes(origin);
}
