import { createHandler, type Environment, type Handler } from '../../../edge/handler.ts';
import * as engine from './engine.ts';

let handler: Promise<Handler> | undefined;

export default {
  async fetch(request: Request, env: Environment): Promise<Response> {
    handler ??= engine.init().then(() => createHandler({ engine, env }));
    return (await handler)(request);
  },
};
