// What the package does from before `init` to after a trap, the same on every platform. Runs where the package is installed.
import * as pgdry from 'pgdry';

const codeOf = (run) => {
  try {
    run();
    return 'no error';
  } catch (error) {
    return error.code ?? `${error.name}: ${error.message}`;
  }
};

/** Runs it with less and less of the stack used up, until there is enough. */
const atTheEndOfTheStack = (run) => {
  try {
    return atTheEndOfTheStack(run);
  } catch (error) {
    if (error instanceof RangeError) return run();
    throw error;
  }
};

const errorsOf = (validator) => validator.check().summary.errors;

function notes() {
  const validator = new pgdry.Validator();
  validator.setFile('20250101000000_notes.sql', `create table public.notes (id bigint primary key);\nselect ${'('.repeat(100)}1${')'.repeat(100)};`);
  return validator;
}

/** A validator whose check trapped. Now and then the stack just suffices. */
function trapped() {
  for (let attempt = 0; attempt < 50; attempt++) {
    const validator = notes();
    if (codeOf(() => atTheEndOfTheStack(() => validator.check())) === 'trap') return validator;
    validator.free();
  }
  throw new Error('nothing traps');
}

export async function lifecycle() {
  const before = [() => new pgdry.Validator(), pgdry.version, pgdry.reset, pgdry.memory].map(codeOf);
  const wrong = await pgdry.init(new Uint8Array([0, 97, 115, 109])).then(() => 'no error', (error) => error.code);
  const once = pgdry.init();
  const shared = once === pgdry.init();
  await once;
  await pgdry.init(new Uint8Array(0)); // done already: the source is not looked at
  const bystander = notes();
  const victim = trapped();
  const lost = { victim: codeOf(() => victim.check()), bystander: codeOf(() => bystander.types()), free: codeOf(() => victim.free()) };
  const fresh = notes();
  const ordinary = errorsOf(fresh);
  for (const grown = pgdry.memory(); pgdry.memory() === grown; ) fresh.setFile('big.sql', 'x'.repeat(1 << 20));
  const grown = pgdry.memory();
  pgdry.reset();
  const shrunk = pgdry.memory() < grown;
  fresh.removeFile('big.sql');
  const goesOn = errorsOf(fresh) === ordinary && errorsOf(notes()) === ordinary;
  fresh.free();
  fresh.free();
  return {
    before,
    wrong,
    shared,
    lost,
    ordinary,
    shrunk,
    goesOn,
    freed: codeOf(() => fresh.check()),
    argument: codeOf(() => notes().setFile('a.sql', 1)),
    config: codeOf(() => new pgdry.Validator({ preset: 'nonsense' })),
    isValidator: notes() instanceof pgdry.Validator,
  };
}
