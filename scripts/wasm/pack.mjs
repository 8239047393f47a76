// Packs the data of a WebAssembly module (texts and tables: 0.5 MB) with LZMA, which makes a fifth less of it than gzip, and adds what unpacks it on
// instantiation (unpack.wat, 1 KB, some milliseconds). Nothing else of the module changes, and its users notice nothing.
//
//   node scripts/wasm/pack.mjs MODULE
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';

/** Data begins where the stack does, which grows down from there: what is unpacked lies at its far end until the stack reaches it. */
const STACK = 1 << 20;
const PACKED = 1024;

/** What the decoder does at many places: its state in locals, a bit by the probability at $p. Without branches, which would be guessed wrong. */
const macros = {
  STATE: '(local $range i32) (local $code i32) (local $in i32) (local $probability i32) (local $bound i32) (local $mask i32) (local $bit i32)',
  READ: '(local.set $range (global.get $range)) (local.set $code (global.get $code)) (local.set $in (global.get $in))',
  WRITE: '(global.set $range (local.get $range)) (global.set $code (local.get $code)) (global.set $in (local.get $in))',
  NORMALIZE: `(if (i32.lt_u (local.get $range) (i32.const 0x1000000)) (then
    (local.set $range (i32.shl (local.get $range) (i32.const 8)))
    (local.set $code (i32.or (i32.shl (local.get $code) (i32.const 8)) (i32.load8_u (local.get $in))))
    (local.set $in (i32.add (local.get $in) (i32.const 1)))))`,
  // A 0 adds (2048 - probability) >> 5, a 1 takes probability >> 5 away.
  BIT: `(local.set $probability (i32.load16_u (local.get $p)))
    (local.set $bound (i32.mul (i32.shr_u (local.get $range) (i32.const 11)) (local.get $probability)))
    (local.set $bit (i32.ge_u (local.get $code) (local.get $bound)))
    (local.set $mask (i32.sub (i32.const 0) (local.get $bit)))
    (local.set $code (i32.sub (local.get $code) (i32.and (local.get $bound) (local.get $mask))))
    (local.set $range (i32.add (local.get $bound)
      (i32.and (i32.sub (local.get $range) (i32.shl (local.get $bound) (i32.const 1))) (local.get $mask))))
    (i32.store16 (local.get $p) (i32.sub (local.get $probability) (i32.shr_s
      (i32.add (local.get $probability) (i32.and (i32.xor (local.get $mask) (i32.const -1)) (i32.const -2017)))
      (i32.const 5))))
    $$NORMALIZE`,
};

const file = process.argv[2];
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'pgdry-pack-'));
try {
  const { at, bytes: data } = dataOf(fs.readFileSync(file));
  const packed = smallest(data);
  // The decoder begins with a byte that is 0 and four of its state.
  const stream = packed.subarray(5);
  const unpack = path.join(folder, 'unpack.wasm');
  const source = path.join(folder, 'unpack.wat');
  fs.writeFileSync(source, unpacker(at, data.length, packed));
  run('wasm-opt', [source, '-O2', '-o', unpack]);
  prove(fs.readFileSync(unpack), stream, at, data);
  const merged = path.join(folder, 'merged.wasm');
  const features = ['bulk-memory', 'multivalue', 'mutable-globals', 'nontrapping-float-to-int', 'reference-types', 'sign-ext'];
  run('wasm-merge', [file, 'pgdry', unpack, 'unpack', ...features.map((feature) => `--enable-${feature}`), '-o', merged]);
  fs.writeFileSync(file, withData(fs.readFileSync(merged), stream));
} finally {
  fs.rmSync(folder, { recursive: true });
}

/** LZMA takes a match of `nice` bytes at once: what is best differs from build to build, by two in a thousand. */
function smallest(data) {
  const packs = Array.from({ length: 25 }, (_, at) => run('xz', ['--format=raw', `--lzma1=preset=9e,lc=3,lp=0,pb=0,nice=${64 + 4 * at}`, '--stdout'], data));
  return packs.reduce((best, pack) => (pack.length < best.length ? pack : best));
}

/** Runs a program and gives what it prints. */
function run(program, args, input) {
  const run = spawnSync(program, args, { input, maxBuffer: 1 << 26, stdio: ['pipe', 'pipe', 'inherit'] });
  if (run.status !== 0) throw new Error(`${program} ended with ${run.status ?? run.error}`);
  return run.stdout;
}

/** The decoder for data of that length at that address. */
function unpacker(at, length, packed) {
  const [literal, slot, lengths] = [8 * 0x600, 4 * 128, 36 + 512];
  const places = { IN: PACKED, CODE: packed.readInt32BE(1), OUT: at, OUT_END: at + length };
  let next = (PACKED + packed.length + 15) & ~15;
  const sizes = { PROBABILITIES: 6 * 32, SLOT: slot, SPECIAL: 256, ALIGN: 32, LENGTH: lengths, REP_LENGTH: lengths, LITERAL: literal };
  for (const [name, size] of Object.entries(sizes)) {
    places[name] = next;
    next += size;
  }
  if (next > STACK / 2) throw new Error('the packed data leaves no room for the stack');
  places.PROBABILITIES_END = next;
  const text = fs.readFileSync(new URL('unpack.wat', import.meta.url), 'utf8');
  const filled = (text) => text.replace(/\$\$(\w+)/g, (_, name) => (name in macros ? filled(macros[name]) : String(places[name])));
  return filled(text);
}

/** Unpacks once, beside the module: what comes out must be what went in. */
function prove(unpack, stream, at, data) {
  const memory = new WebAssembly.Memory({ initial: Math.ceil((at + data.length) / 65536) });
  new Uint8Array(memory.buffer).set(stream, PACKED);
  const began = performance.now();
  new WebAssembly.Instance(new WebAssembly.Module(unpack), { pgdry: { memory } });
  const took = performance.now() - began;
  if (!data.equals(Buffer.from(memory.buffer, at, data.length))) throw new Error('the data is not what was packed');
  console.log(`data: ${data.length} bytes, packed ${stream.length}; unpacked in ${took.toFixed(1)} ms`);
}

/** A module's sections: `{id, from, start, end}`, with and without its head. */
function sectionsOf(bytes) {
  const sections = [];
  for (let at = 8; at < bytes.length; ) {
    const [size, start] = number(bytes, at + 1);
    sections.push({ id: bytes[at], from: at, start, end: start + size });
    at = start + size;
  }
  return sections;
}

/** The memory that the module's data fills, from its first byte to its last. */
function dataOf(bytes) {
  const { start } = sectionsOf(bytes).find(({ id }) => id === 11);
  let [count, at] = number(bytes, start);
  const segments = [];
  for (; count > 0; count--) {
    // Active, in the first memory, at a constant.
    if (bytes[at] !== 0 || bytes[at + 1] !== 0x41) throw new Error('a segment of data of another kind');
    const [address, end] = number(bytes, at + 2);
    const [size, from] = number(bytes, end + 1);
    segments.push({ address, content: bytes.subarray(from, from + size) });
    at = from + size;
  }
  const first = Math.min(...segments.map(({ address }) => address));
  if (first < STACK) throw new Error('there is data where the stack is');
  const image = Buffer.alloc(Math.max(...segments.map(({ address, content }) => address + content.length)) - first);
  for (const { address, content } of segments) content.copy(image, address - first);
  return { at: first, bytes: image };
}

/** The module with that and no other data. */
function withData(bytes, data) {
  const segment = [1, 0, 0x41, ...leb(PACKED), 0x0b, ...leb(data.length)];
  const contents = { 11: Buffer.concat([Buffer.from(segment), data]), 12: Buffer.from([1]) };
  const parts = sectionsOf(bytes).map(({ id, from, end }) => {
    const content = contents[id];
    return content ? Buffer.concat([Buffer.from([id, ...leb(content.length)]), content]) : bytes.subarray(from, end);
  });
  return Buffer.concat([bytes.subarray(0, 8), ...parts]);
}

function number(bytes, at) {
  let value = 0;
  for (let shift = 0; ; shift += 7) {
    const byte = bytes[at++];
    value += (byte & 127) * 2 ** shift;
    if (byte < 128) return [value, at];
  }
}

function leb(value) {
  const out = [];
  for (; value > 127; value >>>= 7) out.push((value & 127) | 128);
  return [...out, value];
}
