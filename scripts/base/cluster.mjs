// A fresh PostgreSQL 17 cluster of the oracle's server (tests/oracle), with nothing in it but what initdb puts there.

import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { giveTo, install } from '../../tests/oracle/install.mjs';
import { runPostgres, runPsql } from '../../tests/oracle/postgres.mjs';
import { BOOTSTRAP_ROLE } from './supabase.mjs';

const exec = promisify(execFile);
let started = 0;

/**
 * `{database(name), stop()}`. A database has `query(sql)`, which answers rows as objects, and `run(sql)`.
 * `extensions` is a folder of control files and scripts to be there besides the server's own.
 */
export async function startCluster({ extensions } = {}) {
  const { home, server: installed, owner } = await install();
  // A name by which the oracle clears away what a killed process leaves.
  const folder = path.join(home, `run-${process.pid}-base-${++started}`);
  mkdirSync(folder);
  const server = extensions ? path.join(folder, 'server') : installed;
  if (extensions) {
    await exec('cp', ['-R', '--reflink=auto', installed, server]);
    cpSync(extensions, path.join(server, 'share/postgresql/extension'), { recursive: true });
  }
  giveTo(owner, folder);
  const data = path.join(folder, 'data');
  const remove = () => rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
  let postgres;
  try {
    const options = ['-D', data, '-U', BOOTSTRAP_ROLE, '--locale=C.UTF-8', '--encoding=UTF8', '--auth=trust', '--no-sync'];
    await exec(path.join(server, 'bin', 'initdb'), options, { ...owner, cwd: folder, env: { PATH: process.env.PATH, LC_ALL: 'C' } });
    postgres = await runPostgres({ server, data, owner });
  } catch (error) {
    remove();
    throw error;
  }
  const killNow = () => postgres.child.kill('SIGQUIT');
  process.on('exit', killNow);
  let sessions = 0;
  const session = { port: postgres.port, user: BOOTSTRAP_ROLE };

  /** The queries asked for in one turn share a session. */
  function asker(database) {
    let waiting = [];
    const flush = async () => {
      const batch = waiting;
      waiting = [];
      try {
        const file = path.join(folder, `queries-${++sessions}.sql`);
        writeFileSync(
          file,
          batch.map(({ sql }) => `select replace(coalesce(json_agg(q)::text, '[]'), e'\\n', '') from (${sql}) as q;\n`).join(''),
        );
        const { errors, output } = await runPsql({ ...session, database, file });
        if (errors.length > 0) throw new Error(`${errors[0].message}, in a query for the base data`);
        const answers = output.split('\n');
        batch.forEach(({ resolve }, k) => resolve(JSON.parse(answers[k])));
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    };
    return (sql) =>
      new Promise((resolve, reject) => {
        if (waiting.push({ sql, resolve, reject }) === 1) setImmediate(flush);
      });
  }

  /** Runs a script; the first statement that fails is an error. */
  async function run(database, sql) {
    const file = path.join(folder, 'script.sql');
    writeFileSync(file, sql);
    const { errors } = await runPsql({ ...session, database, file });
    if (errors.length > 0)
      throw new Error(`${errors[0].sqlstate} ${errors[0].message}, at line ${errors[0].line} of:\n${sql.slice(0, 500)}`);
  }

  return {
    async database(name) {
      await runPsql({ ...session, database: 'postgres', command: `create database "${name}" template template0` });
      return { query: asker(name), run: (sql) => run(name, sql) };
    },
    async stop() {
      process.off('exit', killNow);
      await postgres.stop('SIGQUIT');
      remove();
    },
  };
}
