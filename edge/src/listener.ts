/** Node's requests as Requests, and Responses as its responses. */

import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Handler } from '../handler.ts';
import { Problem } from './problem.ts';

/** The handler as Node's HTTP servers, and frameworks on them, take it. */
export function listener(handler: Handler): RequestListener {
  return (incoming, outgoing) => {
    serve(handler, incoming, outgoing).catch(() => outgoing.destroy());
  };
}

async function serve(handler: Handler, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const request = requestOf(incoming);
  const response = request === undefined ? new Problem('invalid-url', 'the address or a header cannot be read').response() : await handler(request);
  outgoing.writeHead(response.status, Object.fromEntries(response.headers));
  outgoing.end(incoming.method === 'HEAD' ? undefined : Buffer.from(await response.arrayBuffer()));
  runOut(incoming);
}

function requestOf(incoming: IncomingMessage): Request | undefined {
  const { method = 'GET', url = '/' } = incoming;
  try {
    const headers = new Headers();
    for (const [name, values = []] of Object.entries(incoming.headersDistinct)) for (const value of values) headers.append(name, value);
    const body = method === 'GET' || method === 'HEAD' ? null : bodyOf(incoming);
    // The host is the client's word, and nothing here depends on it.
    return new Request(new URL(url, 'http://localhost'), { method, headers, body, duplex: 'half' } as RequestInit);
  } catch {
    return undefined;
  }
}

function bodyOf(incoming: IncomingMessage): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      incoming.on('data', (chunk: Uint8Array) => {
        controller.enqueue(chunk);
        incoming.pause();
      });
      incoming.on('end', () => controller.close());
      incoming.on('error', (error) => controller.error(error));
      incoming.pause();
    },
    pull() {
      incoming.resume();
    },
    cancel() {
      runOut(incoming);
    },
  });
}

/**
 * Lets a body that nobody wants any more go by. Node's own streams would close the connection, and a client that is still sending would not see the
 * answer. The server's `requestTimeout` ends it.
 */
function runOut(incoming: IncomingMessage): void {
  incoming.removeAllListeners('data').removeAllListeners('end').resume();
}
