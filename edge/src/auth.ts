/** Who calls: a bearer token, or a JWT of Supabase. */

import { createRemoteJWKSet, errors, jwtVerify, type JWTPayload, type JWTVerifyGetKey } from 'jose';
import { Problem } from './problem.ts';
import type { Auth } from './settings.ts';

/** Throws a Problem unless the request may be answered. */
export type Guard = (request: Request) => Promise<void>;

export function guardFor(auth: Auth): Guard {
  if (auth === 'none') return async () => undefined;
  return auth.kind === 'bearer' ? bearerGuard(auth.tokens) : jwtGuard(auth);
}

const unauthorized = (detail: string, error?: string): Problem =>
  new Problem('unauthorized', detail, { 'www-authenticate': error ? `Bearer realm="pgdry", error="${error}"` : 'Bearer realm="pgdry"' });

function tokenOf(request: Request): string {
  const header = request.headers.get('authorization');
  if (header === null) throw unauthorized('the header Authorization is missing');
  const token = /^Bearer +([A-Za-z0-9\-._~+/]+=*)$/i.exec(header)?.[1];
  if (token === undefined) throw unauthorized('the header Authorization is not "Bearer" and a token', 'invalid_request');
  return token;
}

function bearerGuard(tokens: string[]): Guard {
  const expected = Promise.all(tokens.map(digest));
  return async (request) => {
    const given = await digest(tokenOf(request));
    let matches = 0;
    for (const each of await expected) matches |= equal(each, given);
    if (matches === 0) throw unauthorized('the token is not one of this server\'s', 'invalid_token');
  };
}

/** Digests, so that neither the length nor the first wrong byte of a token shows in the time that comparing takes. */
async function digest(token: string): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(token)));
}

function equal(a: Uint8Array, b: Uint8Array): number {
  let difference = a.length ^ b.length;
  for (let i = 0; i < a.length; i++) difference |= (a[i] ?? 0) ^ (b[i] ?? 0);
  return difference === 0 ? 1 : 0;
}

function jwtGuard(auth: Exclude<Auth, string> & { kind: 'jwt' }): Guard {
  const claims = { requiredClaims: ['exp'], ...(auth.issuer && { issuer: auth.issuer }) };
  const verify: (token: string) => Promise<{ payload: JWTPayload }> = auth.jwksUrl
    ? withKeySet(createRemoteJWKSet(new URL(auth.jwksUrl), { timeoutDuration: 1500 }), claims)
    : withSecret(auth.secret ?? '', claims);
  return async (request) => {
    const token = tokenOf(request);
    const { payload } = await verify(token).catch((error: unknown) => {
      throw isTokenError(error) ? unauthorized(reasonOf(error), 'invalid_token') : new Problem('keys-unavailable', 'the key set cannot be fetched');
    });
    if (typeof payload.role !== 'string' || !auth.roles.includes(payload.role)) {
      throw new Problem('forbidden', `the token's role is not one of ${auth.roles.join(', ')}`);
    }
  };
}

interface Claims {
  requiredClaims: string[];
  issuer?: string;
}

// Each kind of key has its own algorithms: a public key must never serve as the secret of an HMAC.
function withSecret(secret: string, claims: Claims) {
  const key = new TextEncoder().encode(secret);
  return (token: string) => jwtVerify(token, key, { ...claims, algorithms: ['HS256'] });
}

function withKeySet(keys: JWTVerifyGetKey, claims: Claims) {
  return (token: string) => jwtVerify(token, keys, { ...claims, algorithms: ['ES256', 'RS256', 'EdDSA'] });
}

/** The token's own fault, not that of the server that has the keys. */
function isTokenError(error: unknown): error is errors.JOSEError {
  return (
    error instanceof errors.JWTExpired ||
    error instanceof errors.JWTClaimValidationFailed ||
    error instanceof errors.JWTInvalid ||
    error instanceof errors.JWSInvalid ||
    error instanceof errors.JWSSignatureVerificationFailed ||
    error instanceof errors.JOSEAlgNotAllowed ||
    error instanceof errors.JOSENotSupported ||
    error instanceof errors.JWKSNoMatchingKey ||
    error instanceof errors.JWKSMultipleMatchingKeys
  );
}

function reasonOf(error: errors.JOSEError): string {
  if (error instanceof errors.JWTExpired) return 'the token has expired';
  if (error instanceof errors.JOSEAlgNotAllowed) return 'the token\'s algorithm is not allowed';
  if (error instanceof errors.JWTClaimValidationFailed) return 'a claim of the token is missing or wrong';
  if (error instanceof errors.JWSSignatureVerificationFailed || error instanceof errors.JWKSNoMatchingKey) return 'the token is not signed with this project\'s key';
  return 'the token is no JSON Web Token of this project';
}
