// node scripts/bench.mjs [FOLDER…]
// Prints what pgdry costs on this machine; the parser's throughput is that on the *.sql below the folders [examples and tests].
import * as path from 'node:path';
import { project } from '../tests/support/pgdry.mjs';
import { commandSpeed, moduleSize, packageSpeed, throughput } from './measure.mjs';

/** What the native parser owes on one core, in MB (10⁶ bytes) a second. */
const MB_PER_SECOND = 15;

const size = moduleSize();
const speed = await packageSpeed();
const { all, common } = throughput(process.argv.slice(2));
const rows = [
  ['wasm, raw', `${(size.raw / 1024).toFixed(0)} KiB`],
  ['wasm, gzip', `${(size.gzip / 1024).toFixed(0)} KiB`],
  ['Node: compile and start the module', ms(speed.start)],
  [`Node: first check (${speed.files} files)`, ms(speed.first)],
  ['Node: check, warm', ms(speed.check)],
  ['Node: check after an edit of the newest file', ms(speed.edit)],
  ['Node: types', ms(speed.types)],
  ['native command, whole process', ms(commandSpeed(path.join(project, 'target', 'release', 'pgdry')))],
  [`parser: ${files(all)} (owes ${MB_PER_SECOND} MB/s)`, mb(all.pgdry)],
  [`parser: ${files(common)}, those that sqlparser reads`, mb(common.pgdry)],
  ['sqlparser: the same files', mb(common.sqlparser)],
];
for (const [what, value] of rows) console.log(what.padEnd(62), value.padStart(10));

function files({ files, bytes }) {
  return `${files} files, ${(bytes / 1e6).toFixed(2)} MB`;
}

function mb(value) {
  return `${value.toFixed(1)} MB/s`;
}

function ms(value) {
  return `${value.toFixed(1)} ms`;
}
