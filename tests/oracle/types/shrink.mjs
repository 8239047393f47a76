// The least SQL that still shows a difference.
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { startServer } from '../server.mjs';
import { compare } from './compare.mjs';
import { cliTypes, metaTypes } from './generators.mjs';

const GENERATORS = { meta: metaTypes, cli: cliTypes };

/**
 * Leaves out statements as long as a line matching `pattern` differs in the dialect and the server refuses nothing that it did not
 * refuse before: `{statements, lines}`; `statements` is empty when nothing differs in the first place.
 */
export async function shrink(command, { statements, schemas, dialect, pattern }) {
  const server = await startServer();
  const work = fs.mkdtempSync(path.join(os.tmpdir(), 'pgdry-shrink-'));
  const file = path.join(work, 'schema.sql');
  let tolerated; // what the server refuses of the whole

  async function difference(list) {
    const sql = list.map((each) => `${each.replaceAll('\n', ' ')}\n`);
    fs.writeFileSync(file, sql.join(''));
    const refused = (await server.applyFolder('shrink', file)).map(({ line }) => list[line - 1]);
    tolerated ??= new Set(refused);
    try {
      if (refused.some((each) => !tolerated.has(each))) return [];
      const real = { [dialect]: await GENERATORS[dialect](server, 'shrink', schemas) };
      const { lines } = compare(command, file, { dialect, schemas, real });
      return lines.some((line) => /^[-+]/.test(line) && pattern.test(line)) ? lines : [];
    } catch {
      return []; // a generator that fails shows nothing
    } finally {
      await server.dropDatabase('shrink');
    }
  }

  try {
    let least = statements;
    let lines = await difference(least);
    if (lines.length === 0) return { statements: [], lines: [] };
    for (let size = Math.ceil(least.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
      for (let end = least.length; end > 0; end -= size) {
        const fewer = [...least.slice(0, Math.max(0, end - size)), ...least.slice(end)];
        const still = await difference(fewer);
        if (still.length > 0) [least, lines] = [fewer, still];
      }
    }
    return { statements: least, lines };
  } finally {
    await server.stop();
    fs.rmSync(work, { recursive: true, force: true });
  }
}
