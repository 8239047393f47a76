// The command `pgdry`, all of it, as WebAssembly (dist/pgdry-cli.wasm) that Node's WASI runs.
import { spawnSync } from 'node:child_process';
import { readFileSync, realpathSync } from 'node:fs';
import * as tty from 'node:tty';

/** Runs a command line in this process's folder, with its standard streams and environment, and returns the exit status. */
export async function run(args) {
  if (process.platform === 'win32') {
    console.error('pgdry: npx pgdry runs on Linux and macOS; for Windows there is the native command');
    return 2;
  }
  const WASI = await quietly(() => import('node:wasi')).then((module) => module.WASI);
  const env = { ...process.env, PGDRY_FOLDER: process.cwd() };
  // WASI does not say how wide a terminal is.
  if (env.COLUMNS === undefined && tty.isatty(1)) env.COLUMNS = String(new tty.WriteStream(1).columns);
  const wasi = new WASI({ version: 'preview1', args: ['pgdry', ...args], env, preopens: { '/': '/' }, returnOnExit: true });
  const script = new Script();
  const imports = { wasi_snapshot_preview1: { ...wasi.wasiImport, ...script.over(wasi.wasiImport) } };
  const module = await WebAssembly.compile(readFileSync(new URL('./dist/pgdry-cli.wasm', import.meta.url)));
  const instance = await WebAssembly.instantiate(module, imports);
  script.memory = instance.exports.memory;
  try {
    return wasi.start(instance);
  } catch (error) {
    if (!(error instanceof WebAssembly.RuntimeError || error instanceof RangeError)) throw error;
    console.error(`pgdry: the WebAssembly module trapped: ${error.message}`);
    return 2;
  }
}

/** Without the warning that node:wasi is experimental. */
async function quietly(load) {
  const { emitWarning } = process;
  process.emitWarning = (warning, ...about) => {
    if (!/\bWASI\b/.test(String(warning))) emitWarning.call(process, warning, ...about);
  };
  try {
    return await load();
  } finally {
    process.emitWarning = emitWarning;
  }
}

const PATH = 'dev/pgdry';
/** A descriptor that WASI gives to no file. */
const DESCRIPTOR = 0x7fff_0000;
const SUCCESS = 0;

/** The other end of src/cli/wasi.rs: a file that is none. */
class Script {
  memory;
  #question = '';
  #answer = undefined;
  #read = 0;

  /** What takes the place of these calls of WASI. */
  over(wasi) {
    const isScript = (descriptor) => descriptor === DESCRIPTOR;
    return {
      path_open: (...given) => {
        const [, , at, length, , , , , result] = given;
        if (length !== PATH.length || this.#text(at, length) !== PATH) return wasi.path_open(...given);
        [this.#question, this.#answer, this.#read] = ['', undefined, 0];
        this.#view().setUint32(result, DESCRIPTOR, true);
        return SUCCESS;
      },
      fd_write: (descriptor, at, count, result) => {
        if (!isScript(descriptor)) return wasi.fd_write(descriptor, at, count, result);
        const pieces = this.#pieces(at, count);
        this.#question += pieces.map((piece) => Buffer.from(piece).toString('latin1')).join('');
        this.#view().setUint32(result, pieces.reduce((sum, piece) => sum + piece.length, 0), true);
        return SUCCESS;
      },
      fd_read: (descriptor, at, count, result) => {
        if (!isScript(descriptor)) return wasi.fd_read(descriptor, at, count, result);
        this.#answer ??= answer(JSON.parse(Buffer.from(this.#question, 'latin1').toString()));
        let read = 0;
        for (const piece of this.#pieces(at, count)) {
          const part = this.#answer.subarray(this.#read, this.#read + piece.length);
          piece.set(part);
          this.#read += part.length;
          read += part.length;
        }
        this.#view().setUint32(result, read, true);
        return SUCCESS;
      },
      fd_close: (descriptor) => (isScript(descriptor) ? SUCCESS : wasi.fd_close(descriptor)),
    };
  }

  #view() {
    return new DataView(this.memory.buffer);
  }

  #text(at, length) {
    return Buffer.from(this.memory.buffer, at, length).toString();
  }

  /** The parts of memory that a list of `iovec` names. */
  #pieces(at, count) {
    const view = this.#view();
    return Array.from({ length: count }, (_, i) => new Uint8Array(this.memory.buffer, view.getUint32(at + 8 * i, true), view.getUint32(at + 8 * i + 4, true)));
  }
}

/** The first byte says how it went: `+` well, `-` it failed, `!` it cannot be run. */
function answer({ git, whole }) {
  if (whole !== undefined) {
    try {
      return Buffer.from(`+${realpathSync(whole)}`);
    } catch {
      return Buffer.from('-');
    }
  }
  const { folder, arguments: args, input, environment } = git;
  const env = { ...process.env, ...Object.fromEntries(environment) };
  const ran = spawnSync('git', ['-C', folder, ...args], { input, env, maxBuffer: 2 ** 31 - 1 });
  if (ran.error) return Buffer.from(`!${ran.error.code === 'ENOENT' ? 'No such file or directory' : ran.error.message}`);
  return ran.status === 0 ? Buffer.concat([Buffer.from('+'), ran.stdout]) : Buffer.from('-');
}
