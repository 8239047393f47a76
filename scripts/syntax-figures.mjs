// [PGDRY=BINARY] node scripts/syntax-figures.mjs [--mutants N] [--show N] FOLDER…
// How far pgdry agrees with PostgreSQL's own grammar on the *.sql below the folders: statements by kind, where they begin and end,
// damaged copies of N of them (the same in every run), and the bodies of functions and DO blocks. --show prints what differs.
import { parseArgs } from 'node:util';
import { allStatements, bodyFigures, bodyMutantFigures, boundaryFigures, mutantFigures, readFiles, statementFigures } from '../tests/oracle/figures.mjs';
import { sqlFilesBelow } from '../tests/support/pgdry.mjs';

const { values: options, positionals: folders } = parseArgs({
  allowPositionals: true,
  options: { mutants: { type: 'string', default: '1000' }, show: { type: 'string', default: '20' } },
});
if (folders.length === 0) {
  console.error('usage: [PGDRY=BINARY] node scripts/syntax-figures.mjs [--mutants N] [--show N] FOLDER…');
  process.exit(2);
}
const files = folders.flatMap((folder) => readFiles(sqlFilesBelow(folder), folder));
const statements = allStatements(files);

console.log(`${'statement'.padEnd(34)}${['statements', 'both', 'wrongly refused', 'wrongly accepted'].map(cell).join('')}`);
const { kinds, total, differences } = statementFigures(statements);
for (const [kind, counts] of [...kinds].sort(([a], [b]) => (a < b ? -1 : 1))) row(kind, counts);
row('all', total);
console.log(`refused with what only a server says: ${total.later}`);
console.log(`refused by both: ${total.neither}; the same message: ${share(total.messages, total.neither)}, byte: ${share(total.offsets, total.neither)}`);
show(differences);

const cuts = boundaryFigures(files);
console.log(`\nsplitter: ${cuts.files} files of ${files.length} that PostgreSQL's scanner reads, ${cuts.statements} statements`);
for (const { name } of files.filter(({ statements }) => statements === null)) console.log(`  not read: ${name}`);
console.log(`files with as many statements: ${share(cuts.sameCount, cuts.files)}, with the same boundaries: ${share(cuts.same, cuts.files)}`);
show(cuts.differences);

const wanted = Number(options.mutants);
mutants('mutants', mutantFigures(statements, wanted));

const bodies = bodyFigures(statements);
console.log(`\nbodies (${bodies.unknown} more only a server can judge)`);
for (const [language, counts] of bodies.kinds) {
  row(language, counts);
  console.log(`refused with what only a server says: ${counts.later}; refused by both: ${counts.neither}; the same message: ${share(counts.messages, counts.neither)}`);
}
show(bodies.differences);
mutants('mutants of PL/pgSQL bodies', bodyMutantFigures(statements, wanted));

function mutants(title, { valid, invalid, differences }) {
  const sameByte = invalid.offsets > 0 ? `at the same byte ${share(invalid.offsets, invalid.neither)}, ` : '';
  console.log(`\n${title}: ${valid.statements + invalid.statements}, of which PostgreSQL refuses ${invalid.statements}`);
  console.log(`pgdry refuses of these ${share(invalid.neither, invalid.statements)}; ${sameByte}with the same message ${share(invalid.messages, invalid.neither)}`);
  console.log(`and of the ${valid.statements} still valid it accepts (or refuses with what only a server says) ${share(valid.both + valid.later, valid.statements)}`);
  show(differences);
}

function cell(value) {
  return String(value).padStart(18);
}

function row(kind, { statements, both, refused, accepted }) {
  console.log(`${kind.padEnd(34)}${[statements, both, refused, accepted].map(cell).join('')}`);
}

function share(part, whole) {
  return `${part} of ${whole} (${whole === 0 ? '-' : ((100 * part) / whole).toFixed(2)} %)`;
}

function show(differences) {
  for (const { id, sql, postgres, pgdry } of differences.slice(0, Number(options.show))) {
    console.log(`  ${id}\n    PostgreSQL: ${postgres.slice(0, 200)}\n    pgdry: ${pgdry.slice(0, 200)}\n    ${sql.trim().slice(0, 400).replaceAll('\n', '\n    ')}`);
  }
}
