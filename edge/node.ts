/** pgdry on Node: `node edge/dist/node.js`. For a server of your own take `listener` and `createHandler`. */

import { createServer } from 'node:http';
import * as engine from 'pgdry';
import { createHandler } from './handler.ts';
import migrations from './migrations.json' with { type: 'json' };
import { listener } from './src/listener.ts';

await engine.init();
const server = createServer(
  { headersTimeout: 5000, requestTimeout: 30_000, maxHeaderSize: 16 * 1024 },
  listener(createHandler({ engine, env: process.env, migrations })),
);
const { PORT = '8787', HOST = '127.0.0.1' } = process.env;
server.listen(Number(PORT), HOST, () => console.log(`pgdry listens on ${HOST}, port ${PORT}`));
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => server.close());
