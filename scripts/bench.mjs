// Prints what pgdry costs on this machine.
import * as path from 'node:path';
import { project } from '../tests/support/pgdry.mjs';
import { commandSpeed, moduleSize, packageSpeed } from './measure.mjs';

const size = moduleSize();
const speed = await packageSpeed();
const rows = [
  ['wasm, raw', `${(size.raw / 1024).toFixed(0)} KiB`],
  ['wasm, gzip', `${(size.gzip / 1024).toFixed(0)} KiB`],
  ['Node: compile and start the module', ms(speed.start)],
  [`Node: first check (${speed.files} files)`, ms(speed.first)],
  ['Node: check, warm', ms(speed.check)],
  ['Node: check after an edit of the newest file', ms(speed.edit)],
  ['Node: types', ms(speed.types)],
  ['native command, whole process', ms(commandSpeed(path.join(project, 'target', 'release', 'pgdry')))],
];
for (const [what, value] of rows) console.log(what.padEnd(46), value.padStart(10));

function ms(value) {
  return `${value.toFixed(1)} ms`;
}
