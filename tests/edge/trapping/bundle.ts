export * as engine from './engine.ts';
export { createHandler } from '../../../edge/handler.ts';
