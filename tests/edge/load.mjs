// Many requests at once, each of whose answers is known.
import * as fs from 'node:fs';
import * as http from 'node:http';
import { Validator } from '../../pkg/node.js';
import { bodies } from './cases-good.mjs';

const { aias, broken } = bodies;

const json = (files) => ({ type: 'application/json', body: Buffer.from(JSON.stringify({ files })) });

/** The example, with its newest migration edited. */
const edited = (i) => aias.map((file, at) => (at === aias.length - 1 ? { ...file, text: `${file.text}\n-- ${i}\n` } : file));
/** The example, every migration of it edited. */
const anew = (i) => aias.map((file) => ({ ...file, text: `-- ${i}\n${file.text}` }));

export const requests = {
  same: () => json(aias),
  edited: (i) => json(edited(i)),
  anew: (i) => json(anew(i)),
};

/** What a request is to be answered. */
function expected(files, history) {
  const validator = new Validator({ history });
  for (const { path, text } of files) validator.setFile(path, text);
  const text = validator.report('json');
  validator.free();
  return { status: JSON.parse(text).summary.errors > 0 ? 422 : 200, text };
}

/** Requests of different kinds, so that what one leaves behind in a validator would show in another. */
export function mixture() {
  const chains = [aias, broken, edited(1), aias.slice(0, 20), broken.slice(0, 5)];
  const kinds = chains.map((files) => ({ ...json(files), ...expected(files, 'complete') }));
  for (const sql of ['create table public.one (id bigint primary key);', 'select 1;', 'create tabel x;']) {
    kinds.push({ type: 'text/plain', body: Buffer.from(sql), ...expected([{ path: 'stdin.sql', text: sql }], 'partial') });
  }
  return kinds;
}

const agents = new Map();

/** One request on a connection that stays open. */
export function post(url, { type, body }, connections = 50) {
  if (!agents.has(connections)) agents.set(connections, new http.Agent({ keepAlive: true, maxSockets: connections }));
  return new Promise((resolve, reject) => {
    const request = http.request(url, { method: 'POST', agent: agents.get(connections), headers: { 'content-type': type, 'content-length': body.length } }, (response) => {
      const parts = [];
      response.on('data', (part) => parts.push(part));
      response.on('end', () => resolve({ status: response.statusCode, text: Buffer.concat(parts).toString() }));
      response.on('error', reject);
    });
    request.on('error', reject);
    request.end(body);
  });
}

/** `count` requests, `atOnce` at a time, so many of a kind in a row: `{lost, wrong, seconds}`. */
export async function load(url, count, atOnce, kinds, inARow = 1) {
  let sent = 0;
  let lost = 0;
  let wrong = 0;
  const began = performance.now();
  const lane = async () => {
    while (sent < count) {
      const kind = kinds[Math.floor(sent++ / inARow) % kinds.length];
      try {
        const { status, text } = await post(url, kind, atOnce);
        if (status !== kind.status || text !== kind.text) wrong++;
      } catch {
        lost++;
      }
    }
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
  return { lost, wrong, seconds: (performance.now() - began) / 1000 };
}

/** Milliseconds of processor time that a process has had, and bytes of memory that it has. */
export function costsOf(pid) {
  // After the name, which may have spaces in it: user and system time are the 12th and 13th, in hundredths of a second.
  const fields = fs.readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) /, '').split(' ');
  const rss = /VmRSS:\s+(\d+) kB/.exec(fs.readFileSync(`/proc/${pid}/status`, 'utf8'))[1];
  return { cpu: (Number(fields[11]) + Number(fields[12])) * 10, rss: Number(rss) * 1024 };
}
