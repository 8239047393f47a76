// What pgdry may cost. Prints what it costs; exit 1 when that is too much.
import { moduleSize, packageSpeed } from './measure.mjs';

const GZIP_KIB = 800;
/** On a quiet machine; on one that others use too, the limit is the other. */
const CHECK_MS = 30;
const CHECK_MS_SHARED = 40;

const size = moduleSize();
let speed = await packageSpeed();
// A busy machine is no slow program: the fastest check counts, of up to 8 rounds some seconds apart.
for (let again = 1; speed.fastest > CHECK_MS && again < 8; again++) {
  await new Promise((resolve) => setTimeout(resolve, 3000));
  const next = await packageSpeed();
  if (next.fastest < speed.fastest) speed = next;
}
const within = [
  budget('wasm, gzip', size.gzip / 1024, GZIP_KIB, 'KiB'),
  budget(`checking examples/aias (${speed.files} files) in Node`, speed.fastest, CHECK_MS_SHARED, 'ms'),
];
console.log(`the median of that round: ${speed.check.toFixed(1)} ms; on a quiet machine the fastest takes at most ${CHECK_MS} ms`);
console.log(`wasm, raw: ${(size.raw / 1024).toFixed(0)} KiB`);
process.exitCode = within.every(Boolean) ? 0 : 1;

function budget(what, value, limit, unit) {
  const kept = value <= limit;
  console.log(`${what}: ${value.toFixed(1)} ${unit} of ${limit} ${unit}${kept ? '' : ': TOO MUCH'}`);
  return kept;
}
