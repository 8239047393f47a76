// Puts the functions of a WebAssembly module in an order that gzip makes less of: those that are called most come first, which makes their
// numbers short, and then each beside those that it is most like. The module needs its names; they are taken out.
//
//   node scripts/wasm/order.mjs MODULE
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import { gzipSync } from 'node:zlib';

/** Function numbers below 128 take one byte; the imports have the first. */
const MOST_CALLED = 70;
/** So many bytes are compared as one: few are often alike, more of them save more. */
const PIECES = [4, 7];
/** Pieces that stand in more functions than this say nothing. */
const COMMON = 200;
/**
 * How much less a function counts than the one after it when the next is looked for, and how much its length counts. What is best differs from build to
 * build, by half a percent: all are tried.
 */
const FADES = [0.92, 0.93, 0.94, 0.95, 0.96, 0.97];
const POWERS = [0.65, 0.7, 0.75, 0.8];

const file = process.argv[2];
// By how often each is called.
optimise('--reorder-functions', '-g');
const bytes = fs.readFileSync(file);
const { sections, imports, bodies } = read();
fs.writeFileSync(file, withNames(orderByLikeness()));
optimise('--reorder-functions-by-name');

function optimise(...passes) {
  const run = spawnSync('wasm-opt', [file, ...passes, '-o', file], { stdio: 'inherit' });
  if (run.status !== 0) throw new Error(`wasm-opt ended with ${run.status ?? run.error}`);
}

/** The module's sections, how many functions it imports, and the bodies of its own. */
function read() {
  const sections = [];
  const bodies = [];
  let imports = 0;
  for (let at = 8; at < bytes.length; ) {
    const id = bytes[at];
    const [size, start] = number(at + 1);
    sections.push({ id, from: at, start, end: start + size });
    at = start + size;
  }
  for (const { id, start } of sections) {
    let [count, at] = number(start);
    if (id === 2) {
      for (; count > 0; count--) {
        at = skipText(skipText(at));
        if (bytes[at] === 0) imports++;
        at = skipImport(at);
      }
    } else if (id === 10) {
      for (; count > 0; count--) {
        const [size, from] = number(at);
        bodies.push(bytes.subarray(from, from + size));
        at = from + size;
      }
    }
  }
  return { sections, imports, bodies };
}

function number(at) {
  let value = 0;
  for (let shift = 0; ; shift += 7) {
    const byte = bytes[at++];
    value += (byte & 127) * 2 ** shift;
    if (byte < 128) return [value, at];
  }
}

function skipText(at) {
  const [length, start] = number(at);
  return start + length;
}

/** After the kind: a function's type, a table's kind and limits, a memory's limits, a global's type. */
function skipImport(at) {
  const kind = bytes[at++];
  if (kind === 0) return number(at)[1];
  if (kind === 3) return at + 2;
  if (kind === 1) at++;
  const limited = bytes[at++] & 1;
  at = number(at)[1];
  return limited ? number(at)[1] : at;
}

/** The places of the bodies: of all orders that are tried, the one of which gzip makes least. */
function orderByLikeness() {
  const owners = new Map();
  bodies.forEach((body, place) => {
    for (const piece of piecesOf(body)) {
      if (!owners.has(piece)) owners.set(piece, []);
      owners.get(piece).push(place);
    }
  });
  const shared = bodies.map(() => []);
  for (const places of owners.values()) {
    if (places.length < 2 || places.length > COMMON) continue;
    for (const place of places) shared[place].push(places);
  }
  let best = [];
  let least = Infinity;
  for (const fades of FADES) {
    for (const power of POWERS) {
      const order = orderWith(shared, fades, power);
      const { length } = gzipSync(Buffer.concat(order.map((place) => bodies[place])), { level: 9 });
      if (length < least) [best, least] = [order, length];
    }
  }
  return best;
}

/** The first ones stay, then comes each time the one that shares most with those before it. */
function orderWith(shared, fades, power) {
  const order = [];
  const left = new Set(bodies.keys());
  // What each shares with those that have their places. The weight of the next one grows, instead of all sums fading.
  const likeness = new Float64Array(bodies.length);
  const divisors = shared.map(({ length }) => (length + 5) ** power);
  let weight = 1;
  const take = (place) => {
    order.push(place);
    left.delete(place);
    for (const places of shared[place]) for (const other of places) likeness[other] += weight;
    weight /= fades;
    if (weight < 1e200) return;
    likeness.forEach((sum, other) => (likeness[other] = sum / weight));
    weight = 1;
  };
  for (let place = 0; place < Math.min(MOST_CALLED, bodies.length); place++) take(place);
  while (left.size > 0) {
    let next;
    let most = -1;
    for (const other of left) {
      const score = likeness[other] / divisors[other];
      if (score > most) [next, most] = [other, score];
    }
    take(next);
  }
  return order;
}

function piecesOf(body) {
  const pieces = new Set();
  for (const length of PIECES) {
    for (let at = 0; at + length <= body.length; at++) {
      let hash = length;
      for (let i = 0; i < length; i++) hash = (Math.imul(hash, 0x01000193) ^ body[at + i]) >>> 0;
      pieces.add(hash);
    }
  }
  return pieces;
}

/** The module with names that sort as the functions shall stand. */
function withNames(order) {
  const names = order.map((place, rank) => [place + imports, rank]).sort((a, b) => a[0] - b[0]);
  const entries = names.flatMap(([index, rank]) => [...leb(index), 6, ...Buffer.from(String(rank).padStart(6, '0'))]);
  const map = [...leb(names.length), ...entries];
  const content = [4, ...Buffer.from('name'), 1, ...leb(map.length), ...map];
  const isNames = ({ id, start }) => id === 0 && bytes.toString('latin1', start, start + 5) === '\x04name';
  const kept = sections.filter((section) => !isNames(section)).map(({ from, end }) => bytes.subarray(from, end));
  return Buffer.concat([bytes.subarray(0, 8), ...kept, Buffer.from([0, ...leb(content.length), ...content])]);
}

function leb(value) {
  const out = [];
  for (; value > 127; value >>>= 7) out.push((value & 127) | 128);
  return [...out, value];
}
