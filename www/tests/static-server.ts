/** Serves the built page as any static host would: no header but the type. */

import { createServer, type Server } from 'node:http';
import { readFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import * as path from 'node:path';

const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.wasm': 'application/wasm',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.webmanifest': 'application/manifest+json',
  '.data': 'application/octet-stream',
  '.gz': 'application/gzip',
};

export interface StaticServer {
  /** Where the page is: not at the root, since it must work anywhere. */
  address: string;
  /** The paths that were asked for, in order. */
  requests: string[];
  /** From now on these files, by path, have another text. */
  replace(texts: Record<string, string>): void;
  close(): Promise<void>;
}

/** `headers` go with every answer. */
export async function serve(folder: string, headers: Record<string, string> = {}): Promise<StaticServer> {
  const requests: string[] = [];
  const replaced: Record<string, string> = {};
  const prefix = '/some/where/';
  const server: Server = createServer((request, response) => {
    const asked = new URL(request.url ?? '', 'http://localhost').pathname;
    requests.push(asked);
    const relative = asked.startsWith(prefix) ? asked.slice(prefix.length).replace(/(^|\/)$/, '$1index.html') : '';
    const file = path.join(folder, relative);
    const type = types[path.extname(file)];
    if (!relative || !type || !file.startsWith(folder + path.sep)) return void response.writeHead(404).end();
    const content = Object.hasOwn(replaced, relative) ? Promise.resolve(replaced[relative]!) : readFile(file);
    content.then(
      (content) => response.writeHead(200, { ...headers, 'Content-Type': type }).end(content),
      () => response.writeHead(404).end(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    address: `http://localhost:${port}${prefix}`,
    requests,
    replace: (texts) => void Object.assign(replaced, texts),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
