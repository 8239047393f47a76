/** What is wrong with a request, as RFC 9457 has it: application/problem+json. */

/** By code the status and the title. The code is the end of the problem's `type`, for programs; `detail` is for people. */
const kinds = {
  'invalid-body': [400, 'The body did not arrive whole'],
  'invalid-json': [400, 'The body is not the JSON that is expected'],
  'invalid-multipart': [400, 'The multipart body is broken'],
  'invalid-archive': [400, 'The archive is broken'],
  'nested-archive': [400, 'The archive has an archive in it'],
  'invalid-path': [400, 'A path cannot be a migration\'s'],
  'invalid-encoding': [400, 'A text is not UTF-8'],
  'invalid-configuration': [400, 'The configuration is refused'],
  'invalid-option': [400, 'An option is refused'],
  'invalid-event': [400, 'The body is not an event of Supabase Storage'],
  'invalid-url': [400, 'The address is broken'],
  'no-migrations': [400, 'There is no migration'],
  unauthorized: [401, 'A valid token is needed'],
  forbidden: [403, 'The token may not do this'],
  'origin-not-allowed': [403, 'Pages of this origin may not call this'],
  'bucket-not-allowed': [403, 'Objects of this bucket are not checked'],
  'not-found': [404, 'There is nothing here'],
  'object-not-found': [404, 'Storage does not have the object'],
  'method-not-allowed': [405, 'The method is not one of this address'],
  'not-acceptable': [406, 'None of the accepted media types can be made'],
  'body-timeout': [408, 'The body did not arrive in time'],
  'body-too-large': [413, 'The body is too large'],
  'file-too-large': [413, 'A file is too large'],
  'files-too-large': [413, 'The files are too large'],
  'too-many-files': [413, 'There are too many files'],
  'too-many-statements': [413, 'There are too many statements'],
  'too-much-work': [413, 'Checking the files takes too long'],
  'archive-bomb': [413, 'The archive unpacks to too much'],
  'unsupported-type': [415, 'The body\'s media type is not one that is read'],
  'unsupported-encoding': [415, 'The body\'s encoding is not one that is read'],
  trap: [500, 'The check broke down'],
  internal: [500, 'The server broke down'],
  misconfigured: [500, 'The server is not configured'],
  'storage-failed': [502, 'Storage did not do what it was asked'],
  'keys-unavailable': [503, 'The keys of the tokens cannot be fetched'],
} as const satisfies Record<string, readonly [number, string]>;

export type ProblemCode = keyof typeof kinds;

export class Problem extends Error {
  override readonly name = 'Problem';

  constructor(
    readonly code: ProblemCode,
    readonly detail: string,
    readonly headers: Record<string, string> = {},
  ) {
    super(detail);
  }

  get status(): number {
    return kinds[this.code][0];
  }

  toJSON(): Record<string, unknown> {
    const [status, title] = kinds[this.code];
    return { type: `urn:pgdry:problem:${this.code}`, title, status, detail: this.detail };
  }

  response(): Response {
    const headers = { 'content-type': 'application/problem+json', ...this.headers };
    return new Response(`${JSON.stringify(this)}\n`, { status: this.status, headers });
  }
}
