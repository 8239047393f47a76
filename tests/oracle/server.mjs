// A real PostgreSQL 17 on loopback with the Supabase base: what a statement does there is the truth that pgdry is held to.
import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { giveTo, install } from './install.mjs';
import { runPostgres, runPsql } from './postgres.mjs';

let started = 0;

/** Starts a server of one's own (a copy of the template cluster, gone when stopped or when this process ends). */
export async function startServer() {
  const { home, server, template, owner } = await install();
  removeLeftovers(home);
  const data = path.join(home, `run-${process.pid}-${++started}`);
  execFileSync('cp', ['-R', '--reflink=auto', template, data]);
  giveTo(owner, data);
  fs.chmodSync(data, 0o700);
  const postgres = await runPostgres({ server, data, owner });
  return new Server(postgres, data);
}

/** Clusters whose process was killed: their server stops by itself once its folder is gone. */
function removeLeftovers(home) {
  for (const name of fs.readdirSync(home)) {
    const run = /^run-(\d+)-/.exec(name);
    if (run === null || fs.existsSync(`/proc/${run[1]}`)) continue;
    fs.rmSync(path.join(home, name), { recursive: true, force: true, maxRetries: 3 });
  }
}

class Server {
  #postgres;
  #data;
  #baseRoles;
  #onExit = () => this.#killNow();
  #onSignal = (signal) => process.exit(signal === 'SIGINT' ? 130 : 143);

  constructor(postgres, data) {
    this.#postgres = postgres;
    this.#data = data;
    process.on('exit', this.#onExit);
    process.on('SIGINT', this.#onSignal);
    process.on('SIGTERM', this.#onSignal);
  }

  get port() {
    return this.#postgres.port;
  }

  /** A new database with the Supabase base in it. */
  async createDatabase(name) {
    this.#baseRoles ??= await this.#roles();
    await this.#admin(`create database ${quote(name)} template base owner postgres`);
  }

  /** Drops the database, and the roles that its migrations made (roles belong to the whole cluster). */
  async dropDatabase(name) {
    await this.#admin(`drop database ${quote(name)} with (force)`);
    const made = (await this.#roles()).filter((role) => !this.#baseRoles.includes(role));
    for (const role of made) await this.#admin(`drop role ${quote(role)}`);
  }

  /** Runs one file as role `postgres`: `[{file, line, sqlstate, message}]`, one for each statement refused. */
  async applyFile(database, folder, file) {
    const { errors } = await runPsql({ port: this.port, user: 'postgres', database, cwd: folder, file });
    return errors;
  }

  /** Creates the database and runs the folder's `*.sql` (or one file) in file name order, one psql session a file. */
  async applyFolder(database, target) {
    await this.createDatabase(database);
    const folder = fs.statSync(target).isFile() ? path.dirname(target) : target;
    const files = folder === target ? sqlFiles(folder) : [path.basename(target)];
    const errors = [];
    for (const file of files) errors.push(...(await this.applyFile(database, folder, file)));
    return errors;
  }

  /** Rows of a query as lines of text, columns separated by `|`. */
  async query(database, sql) {
    const { output } = await runPsql({ port: this.port, user: 'postgres', database, command: sql });
    return output.split('\n').slice(0, -1);
  }

  async stop() {
    process.off('exit', this.#onExit);
    process.off('SIGINT', this.#onSignal);
    process.off('SIGTERM', this.#onSignal);
    await this.#postgres.stop('SIGQUIT');
    this.#removeData();
  }

  #admin(sql) {
    return runPsql({ port: this.port, user: 'supabase_admin', database: 'postgres', command: sql });
  }

  #roles() {
    return this.query('postgres', 'select rolname from pg_roles order by 1');
  }

  #killNow() {
    this.#postgres.child.kill('SIGQUIT');
    this.#removeData();
  }

  #removeData() {
    fs.rmSync(this.#data, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
  }
}

/** The folder's migrations in the order of their names' bytes. */
export function sqlFiles(folder) {
  return fs
    .readdirSync(folder)
    .filter((name) => name.endsWith('.sql'))
    .sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
}

function quote(name) {
  return `"${name.replaceAll('"', '""')}"`;
}
