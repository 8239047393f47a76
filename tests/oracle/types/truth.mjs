// What the real generators print for migrations, remembered: the server and the `supabase` command take two seconds for each.
import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { project } from '../../support/pgdry.mjs';
import { install } from '../install.mjs';
import { sqlFiles, startServer } from '../server.mjs';
import { cliTypes, metaTypes } from './generators.mjs';

const cache = path.join(project, '.cache', 'types');
const DAY = 24 * 60 * 60 * 1000;

export class Truth {
  #server;
  #installation;
  #databases = 0;

  /**
   * `{meta, cli, refused}` of a folder of migrations or a single file: both dialects, and the statements that the server refused.
   * Where a generator fails, its types are null and `failures` has what it said.
   */
  async types(target, schemas) {
    const remembered = path.join(cache, `${await this.#key(target, schemas)}.json`);
    if (fs.existsSync(remembered)) {
      const now = new Date();
      fs.utimesSync(remembered, now, now);
      return JSON.parse(fs.readFileSync(remembered, 'utf8'));
    }
    const answer = await this.#ask(target, schemas);
    fs.mkdirSync(cache, { recursive: true });
    fs.writeFileSync(`${remembered}.${process.pid}`, JSON.stringify(answer));
    fs.renameSync(`${remembered}.${process.pid}`, remembered);
    return answer;
  }

  async #ask(target, schemas) {
    this.#server ??= startServer();
    const server = await this.#server;
    const database = `types_${++this.#databases}`;
    const refused = await server.applyFolder(database, target);
    try {
      const [meta, cli] = await Promise.allSettled([metaTypes(server, database, schemas), cliTypes(server, database, schemas)]);
      const failures = [meta, cli].filter(({ reason }) => reason !== undefined).map(({ reason }) => reason.message);
      return { meta: meta.value ?? null, cli: cli.value ?? null, refused, failures };
    } finally {
      await server.dropDatabase(database);
    }
  }

  /** Everything that the answer depends on. */
  async #key(target, schemas) {
    this.#installation ??= install();
    const hash = createHash('sha256');
    const add = (text) => hash.update(`${text.length}:`).update(text);
    add(path.basename((await this.#installation).home));
    for (const file of ['tests/package-lock.json', 'tests/oracle/types/generators.mjs']) add(fs.readFileSync(path.join(project, file)));
    add(JSON.stringify(schemas));
    const folder = fs.statSync(target).isFile() ? path.dirname(target) : target;
    for (const file of folder === target ? sqlFiles(folder) : [path.basename(target)]) {
      add(file);
      add(fs.readFileSync(path.join(folder, file)));
    }
    return hash.digest('hex').slice(0, 32);
  }

  /** Stops the server if one was needed, and forgets what nobody asked for in a week. */
  async stop() {
    await (await this.#server)?.stop();
    if (!fs.existsSync(cache)) return;
    for (const name of fs.readdirSync(cache)) {
      const file = path.join(cache, name);
      if (fs.statSync(file).mtimeMs < Date.now() - 7 * DAY) fs.rmSync(file, { force: true });
    }
  }
}
