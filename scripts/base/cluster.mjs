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
  let sessions = 0
  const session = { port: postgres.port, user: BOOTSTRAP_ROLE }

  /** The queries asked for in one turn share a session. */
  function asker(database) {
    let waiting = []
    const flush = async () => {
      const batch = waiting
      waiting = []
      try {
        const file = path.join(folder, `queries-${++sessions}.sql`)
        writeFileSync(file, batch.map(({ sql }) => `select replace(coalesce(json_agg(q)::text, '[]'), e'\\n', '') from (${sql}) as q;\n`).join(''))
        const { errors, output } = await runPsql({ ...session, database, file })
        if (errors.length > 0) throw new Error(`${errors[0].message}, in a query for the base data`)
        const answers = output.split('\n')
        batch.forEach(({ resolve }, k) => resolve(JSON.parse(answers[k])))
      } catch (error) {
        for (const { reject } of batch) reject(error)
      }
    }
    return (sql) => new Promise((resolve, reject) => {
      if (waiting.push({ sql, resolve, reject }) === 1) setImmediate(flush)
    })
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
      return { query: asker(name), run: (sql) => run(name, sql) }
    },
    async stop() {
      await postgres.stop('SIGQUIT')
      remove()
    },
  }
}
