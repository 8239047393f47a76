// A fresh PostgreSQL 17 cluster of the oracle's server (tests/oracle), with nothing in it but what initdb puts there.

import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { promisify } from 'node:util'
import { giveTo, install } from '../../tests/oracle/install.mjs'
import { runPostgres, runPsql } from '../../tests/oracle/postgres.mjs'
import { BOOTSTRAP_ROLE } from './supabase.mjs'

const exec = promisify(execFile)

/** `{database(name), stop()}`; a database has `query(sql)`, which answers rows as objects, and `run(sql)`. */
export async function startCluster() {
  const { home, server, owner } = await install()
  const folder = mkdtempSync(path.join(home, 'base-'))
  giveTo(owner, folder)
  const data = path.join(folder, 'data')
  const remove = () => rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 })
  let postgres
  try {
    const options = ['-D', data, '-U', BOOTSTRAP_ROLE, '--locale=C.UTF-8', '--encoding=UTF8', '--auth=trust', '--no-sync']
    await exec(path.join(server, 'bin', 'initdb'), options, { ...owner, cwd: folder, env: { PATH: process.env.PATH, LC_ALL: 'C' } })
    postgres = await runPostgres({ server, data, owner })
  } catch (error) {
    remove()
    throw error
  }
  const session = { port: postgres.port, user: BOOTSTRAP_ROLE }

  async function query(database, sql) {
    const command = `select coalesce(json_agg(q), '[]') from (${sql}) as q`
    const { output } = await runPsql({ ...session, database, command })
    return JSON.parse(output)
  }

  /** Runs a script; the first statement that fails is an error. */
  async function run(database, sql) {
    const file = path.join(folder, 'script.sql')
    writeFileSync(file, sql)
    const { errors } = await runPsql({ ...session, database, file })
    if (errors.length > 0) throw new Error(`line ${errors[0].line}: ${errors[0].sqlstate} ${errors[0].message}`)
  }

  return {
    async database(name) {
      await runPsql({ ...session, database: 'postgres', command: `create database "${name}" template template0` })
      return { query: (sql) => query(name, sql), run: (sql) => run(name, sql) }
    },
    async stop() {
      await postgres.stop('SIGQUIT')
      remove()
    },
  }
}
