/** For a Node server of your own: `createServer(listener(createHandler({ engine, env })))`. */
export { createHandler, SettingsError } from './handler.ts';
export { listener } from './src/listener.ts';
