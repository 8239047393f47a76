/** pgdry as a Cloudflare Worker. */

import * as engine from 'pgdry';
import { createHandler, SettingsError, type Environment, type Handler } from '../handler.ts';
import migrations from '../migrations.json' with { type: 'json' };
import { Problem } from '../src/problem.ts';

/** Made with the first request: before it there is no environment. */
let handler: Promise<Handler> | undefined;

async function make(env: Environment): Promise<Handler> {
  await engine.init();
  return createHandler({ engine, env, migrations });
}

export default {
  async fetch(request: Request, env: Environment): Promise<Response> {
    try {
      return await (await (handler ??= make(env)))(request);
    } catch (error) {
      if (!(error instanceof SettingsError)) throw error;
      console.error(error.message);
      return new Problem('misconfigured', 'the log says what is missing').response();
    }
  },
};
