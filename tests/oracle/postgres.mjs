// A running PostgreSQL server, and psql against it.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import * as net from 'node:net';
import * as path from 'node:path';

const LOOPBACK = '127.0.0.1';

/**
 * Starts `postgres` on a free loopback port. `owner` is the uid/gid to run as, or null for our own.
 * Returns `{port, child, stop(signal)}`.
 */
export async function runPostgres({ server, data, owner }) {
  for (let attempt = 1; ; attempt++) {
    const port = await freePort();
    const settings = {
      listen_addresses: LOOPBACK,
      port,
      unix_socket_directories: '',
      fsync: 'off',
      synchronous_commit: 'off',
      full_page_writes: 'off',
      autovacuum: 'off',
      wal_level: 'logical', // publications warn on lower levels
      max_connections: 30,
      lc_messages: 'C',
      log_min_messages: 'log', // the "ready" line and what kills the server, not the errors that we provoke
    };
    const args = ['-D', data, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])];
    const child = spawn(path.join(server, 'bin', 'postgres'), args, {
      ...owner,
      cwd: data,
      env: { PATH: process.env.PATH, LC_ALL: 'C', TZ: 'UTC' },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const exited = once(child, 'exit');
    let log = '';
    const ready = await new Promise((resolve, reject) => {
      child.on('error', reject);
      child.on('exit', () => resolve(false));
      child.stderr.setEncoding('utf8').on('data', (text) => {
        log = (log + text).slice(-20_000);
        if (log.includes('ready to accept connections')) resolve(true);
      });
    });
    if (ready) {
      const stop = async (signal) => {
        if (child.exitCode === null && child.signalCode === null) {
          child.kill(signal);
          await exited;
        }
      };
      return { port, child, stop };
    }
    // Another process may have taken the port between our look and the server's.
    if (attempt === 3 || !log.includes('could not bind')) throw new Error(`PostgreSQL did not start:\n${log}`);
  }
}

async function freePort() {
  const probe = net.createServer();
  probe.listen(0, LOOPBACK);
  await once(probe, 'listening');
  const { port } = probe.address();
  probe.close();
  await once(probe, 'close');
  return port;
}

/**
 * One psql session that goes on after an error: each statement by itself, as `supabase db reset` users know it from psql.
 * Give either `file` (relative to `cwd`) or `command`. Returns `{errors: [{file, line, sqlstate, message}], output}`.
 */
export async function runPsql({ port, user, database, cwd = '/', file, command }) {
  const what = file === undefined ? ['-c', command] : ['-f', file];
  const child = spawn('psql', ['-X', '-q', '-At', '-v', 'VERBOSITY=verbose', '-v', 'ON_ERROR_STOP=0', ...what], {
    cwd,
    env: {
      PATH: process.env.PATH,
      LC_ALL: 'C.UTF-8',
      PGHOST: LOOPBACK,
      PGPORT: String(port),
      PGUSER: user,
      PGDATABASE: database,
      PGCLIENTENCODING: 'UTF8',
      PGOPTIONS: '-c statement_timeout=60s -c client_min_messages=error',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  let messages = '';
  child.stdout.setEncoding('utf8').on('data', (text) => (output += text));
  child.stderr.setEncoding('utf8').on('data', (text) => (messages += text));
  child.on('error', (error) => {
    messages += error.code === 'ENOENT' ? 'psql is not installed: run `make setup` first' : String(error);
  });
  const [code] = await once(child, 'close');
  // With -f psql exits 0 after SQL errors; anything else means that the session itself was lost.
  if (code !== 0 || (file === undefined && messages !== '')) throw new Error(`psql (exit ${code}): ${messages}`);
  return { errors: parseErrors(messages, file), output };
}

const ERROR = /^psql:.*?:(\d+): (?:ERROR|FATAL|PANIC):  ([0-9A-Z]{5}): (.*)$/;
/** What follows the message: `LINE 1: …`, `DETAIL:  …`, `LOCATION:  …`. */
const FIELD = /^(?:LINE \d+: |[A-Z][A-Z ]*:  )/;

function parseErrors(messages, file) {
  const errors = [];
  let current = null;
  for (const line of messages.split('\n')) {
    const start = ERROR.exec(line);
    if (start !== null) {
      current = { file, line: Number(start[1]), sqlstate: start[2], message: start[3] };
      errors.push(current);
    } else if (FIELD.test(line) || line.startsWith('psql:')) {
      current = null;
    } else if (current !== null) {
      current.message += `\n${line}`;
    }
  }
  return errors;
}
