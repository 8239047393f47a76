// Puts the functions of a WebAssembly module in an order that gzip makes less of: those that are called most come first, which makes their
// numbers short, and then each beside those that it is most like. The module needs its names; they are taken out.
//
//   node scripts/wasm/order.mjs MODULE
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';

/** Function numbers below 128 take one byte; the imports have the first. */
const MOST_CALLED = 70;
/** Bytes that are compared as one. */
const PIECE = 5;
/** Pieces that stand in more functions than this say nothing. */
const COMMON = 200;
/** How many functions before it a function is compared with, and how much less the ones further off count. */
const NEIGHBOURS = 40;
const FADES = 0.92;

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

/** The places of the bodies: the first ones stay, then comes each time the one that shares most with those before it. */
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
  const order = [];
  const left = new Set(bodies.keys());
  const take = (place) => {
    order.push(place);
    left.delete(place);
  };
  for (let place = 0; place < Math.min(MOST_CALLED, bodies.length); place++) take(place);
  while (left.size > 0) take(nearest(order, left, shared) ?? left.values().next().value);
  return order;
}

function piecesOf(body) {
  const pieces = new Set();
  for (let at = 0; at + PIECE <= body.length; at++) {
    let hash = 0;
    for (let i = 0; i < PIECE; i++) hash = (Math.imul(hash, 0x01000193) ^ body[at + i]) >>> 0;
    pieces.add(hash);
  }
  return pieces;
}

function nearest(order, left, shared) {
  const likeness = new Map();
  order.slice(-NEIGHBOURS).forEach((neighbour, place, all) => {
    const weight = FADES ** (all.length - 1 - place);
    for (const places of shared[neighbour]) {
      for (const other of places) if (left.has(other)) likeness.set(other, (likeness.get(other) ?? 0) + weight);
    }
  });
  let best;
  let most = 0;
  for (const [other, sum] of likeness) {
    const score = sum / (shared[other].length + 5) ** 0.6;
    if (score > most) [best, most] = [other, score];
  }
  return best;
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
