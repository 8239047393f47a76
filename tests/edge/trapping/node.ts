import { createServer } from 'node:http';
import { createHandler } from '../../../edge/handler.ts';
import { listener } from '../../../edge/src/listener.ts';
import * as engine from './engine.ts';

await engine.init();
createServer(listener(createHandler({ engine, env: process.env }))).listen(Number(process.env.PORT), '127.0.0.1');
