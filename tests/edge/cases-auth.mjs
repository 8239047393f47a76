// Who may call.
import { bodies } from './cases-good.mjs';
import { jose } from './packages.mjs';

export const token = 'a-token-of-the-tests-0123456789';
export const secret = 'the-jwt-secret-of-the-tests-0123456789abcdef';
export const issuer = 'https://project.example.com/auth/v1';
const other = new TextEncoder().encode('another-secret-of-the-tests-0123456789abcdef');

const now = Math.floor(Date.now() / 1000);
const claims = { role: 'authenticated', sub: 'user', iss: issuer, exp: now + 3600 };
const sign = (payload, { alg = 'HS256', key = new TextEncoder().encode(secret), kid } = {}) => new jose.SignJWT(payload).setProtectedHeader({ alg, typ: 'JWT', ...(kid && { kid }) }).sign(key);
const base64 = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
const without = (name) => Object.fromEntries(Object.entries(claims).filter(([key]) => key !== name));

const pair = await jose.generateKeyPair('ES256', { extractable: true });
const stranger = await jose.generateKeyPair('ES256');
const publicKey = await jose.exportJWK(pair.publicKey);
export const keySet = { keys: [{ ...publicKey, kid: 'one', alg: 'ES256', use: 'sig' }] };
const asymmetric = { alg: 'ES256', key: pair.privateKey, kid: 'one' };

const request = { path: '/check', body: bodies.closed };
const withToken = (server, name, given, status, more = {}) => ({
  ...request,
  server,
  name,
  headers: { 'content-type': 'text/plain', ...(given !== undefined && { authorization: given.includes(' ') ? given : `Bearer ${given}` }) },
  status,
  ...(status === 401 && { problem: 'unauthorized', answers: { 'www-authenticate': /^Bearer realm="pgdry"/ } }),
  ...(status === 403 && { problem: 'forbidden' }),
  ...more,
});

const bearer = (name, given, status, more) => withToken('bearer', name, given, status, more);
const jwt = (name, given, status, more) => withToken('jwt', name, given, status, more);
const jwks = (name, given, status, more) => withToken('jwks', name, given, status, more);

export const auth = {
  'a bearer token': [
    bearer('the right one', token, 200),
    bearer('the right one, other case of the scheme', `bearer ${token}`, 200),
    bearer('the second one', 'the-second-token-0123456789', 200),
    bearer('none', undefined, 401),
    bearer('an empty one', 'Bearer ', 401),
    bearer('one more character', `${token}0`, 401),
    bearer('one less', token.slice(0, -1), 401),
    bearer('another of the same length', token.replace('a', 'b'), 401),
    bearer('both at once', `Bearer ${token} the-second-token-0123456789`, 401),
    bearer('another scheme', `Basic ${Buffer.from(`user:${token}`).toString('base64')}`, 401),
    bearer('none, for types', undefined, 401, { path: '/types' }),
    bearer('none, for uploads', undefined, 401, { path: '/on-upload' }),
    bearer('none, with 100 MB', undefined, 401, { body: undefined, raw: { head: ['Content-Type: text/plain', 'Content-Length: 100000000'] } }),
    { ...bearer('none, for health: no names of tables', undefined, 200), path: '/healthz', method: 'GET', body: undefined, brief: true },
    { ...bearer('the right one, for health', token, 200), path: '/healthz', method: 'GET', body: undefined, brief: false },
  ],
  'a JWT, by its secret': [
    jwt('a user\'s', await sign(claims), 200),
    jwt('the service\'s', await sign({ ...claims, role: 'service_role' }), 200),
    jwt('none', undefined, 401),
    jwt('that of everybody', await sign({ ...claims, role: 'anon' }), 403),
    jwt('of no role', await sign(without('role')), 403),
    jwt('expired', await sign({ ...claims, exp: now - 10 }), 401),
    jwt('not yet', await sign({ ...claims, nbf: now + 600 }), 401),
    jwt('for ever', await sign(without('exp')), 401),
    jwt('of another project', await sign({ ...claims, iss: 'https://evil.test/auth/v1' }), 401),
    jwt('of another secret', await sign(claims, { key: other }), 401),
    jwt('of another algorithm', await sign(claims, { alg: 'HS512' }), 401),
    jwt('of the algorithm none', `${base64({ alg: 'none', typ: 'JWT' })}.${base64(claims)}.`, 401),
    jwt('of the algorithm NoNe', `${base64({ alg: 'NoNe' })}.${base64(claims)}.x`, 401),
    jwt('with another payload', (await sign({ ...claims, role: 'anon' })).replace(/\.[^.]*\./, `.${base64(claims)}.`), 401),
    jwt('without its signature', (await sign(claims)).replace(/\.[^.]*$/, '.'), 401),
    jwt('with an unknown critical header', `${base64({ alg: 'HS256', crit: ['exp'], exp: 1 })}.${base64(claims)}.eA`, 401),
    jwt('that is none', 'nonsense', 401),
    jwt('of 10,000 characters', 'x'.repeat(10_000), 401),
    jwt('of JSON that is nonsense', `${Buffer.from('{').toString('base64url')}.e30.eA`, 401),
  ],
  'a JWT, by a key set': [
    jwks('a user\'s', await sign(claims, asymmetric), 200),
    jwks('of a key that is not in it', await sign(claims, { ...asymmetric, key: stranger.privateKey }), 401),
    jwks('of an unknown key', await sign(claims, { ...asymmetric, kid: 'two' }), 401),
    jwks('with the public key as a secret', await sign(claims, { key: new TextEncoder().encode(JSON.stringify(publicKey)), kid: 'one' }), 401),
    jwks('of the algorithm none', `${base64({ alg: 'none', kid: 'one' })}.${base64(claims)}.`, 401),
    jwks('with a key of its own', await new jose.SignJWT(claims).setProtectedHeader({ alg: 'ES256', kid: 'one', jwk: await jose.exportJWK(stranger.publicKey) }).sign(stranger.privateKey), 401),
    jwks('expired', await sign({ ...claims, exp: now - 10 }, asymmetric), 401),
    jwks('that of everybody', await sign({ ...claims, role: 'anon' }, asymmetric), 403),
  ],
};
