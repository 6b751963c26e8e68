// Builds the server (dist/), the web UI (dist/ui/) and the SDK (src/sdk/dist/) when their sources have changed since the
// last build. Everything goes to stderr, so that `npm run -s demo -- --json` keeps stdout to itself.
// Names (`sdk`, `server`, `ui`) build only those. A build that fails leaves the old output as it was; two builds at once take turns.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync } from 'node:fs';
import { rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const root = resolve(import.meta.dirname, '..');
const LOCK = join(root, 'node_modules', '.crossfade-build.lock');
const CONFIGURATION = [
  'package-lock.json',
  'tsconfig.json',
  'tsconfig.build.json',
  'nest-cli.json',
];

/** @typedef {{ name: string, sources: string[], except?: string, output: string, command: string[] }} Build */

/** @type {Build[]} `command` writes into `output` with `.next` appended. */
const all = [
  {
    name: 'sdk',
    sources: ['src/sdk', 'src/core', ...CONFIGURATION],
    output: 'src/sdk/dist',
    command: ['typescript/bin/tsc', '-p', 'src/sdk', '--outDir', 'src/sdk/dist.next'],
  },
  {
    name: 'server',
    sources: ['src', 'migrations', ...CONFIGURATION],
    except: 'src/ui/',
    output: 'dist',
    command: ['@nestjs/cli/bin/nest.js', 'build', '-p', 'scripts/tsconfig.next.json'],
  },
  {
    // After the server, which takes the whole of dist/ for itself.
    name: 'ui',
    sources: ['src/ui', 'vite.config.mjs', 'package-lock.json'],
    output: 'dist/ui',
    // `--outDir` is relative to the root that vite.config.mjs names, `src/ui`.
    command: ['vite/bin/vite.js', 'build', '--outDir', '../../dist/ui.next', '--logLevel', 'warn'],
  },
];

const names = process.argv.slice(2);
const builds = all.filter(({ name }) => names.length === 0 || names.includes(name));

if (!builds.every(isFresh)) {
  const unlock = await lock();
  try {
    // Whoever held the lock may have built them meanwhile.
    for (const build of builds) if (!isFresh(build)) run(build);
  } catch (fault) {
    process.stderr.write(`${fault.message}\n`);
    process.exitCode = 1;
  } finally {
    unlock();
  }
}

/** @param {Build} build */
function isFresh(build) {
  const stamp = join(root, build.output, '.built-from');
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === fingerprint(build);
}

/** @param {Build} build */
function run(build) {
  const before = fingerprint(build);
  const next = `${build.output}.next`;
  remove(next);
  const [program = '', ...options] = build.command;
  const { status } = spawnSync(
    process.execPath,
    [join(root, 'node_modules', program), ...options],
    { cwd: root, stdio: ['ignore', 2, 2] },
  );
  if (status !== 0) {
    throw new Error(`${build.name} does not build (see above); its old output stays.`);
  }
  writeFileSync(join(root, next, '.built-from'), before);
  remove(`${build.output}.old`);
  if (existsSync(join(root, build.output))) {
    renameSync(join(root, build.output), join(root, `${build.output}.old`));
  }
  renameSync(join(root, next), join(root, build.output));
  remove(`${build.output}.old`);
}

/** @param {string} path */
function remove(path) {
  rmSync(join(root, path), { recursive: true, force: true });
}

/**
 * Name, size and time of every source: notices removed files and older checkouts too.
 * @param {Build} build
 */
function fingerprint({ sources, except }) {
  const hash = createHash('sha256');
  for (const file of sources.flatMap(list)) {
    if (except !== undefined && file.startsWith(except)) continue;
    const { size, mtimeMs } = statSync(join(root, file));
    hash.update(`${file} ${size} ${mtimeMs}\n`);
  }
  return hash.digest('hex');
}

/**
 * @param {string} path
 * @returns {string[]}
 */
function list(path) {
  const absolute = join(root, path);
  if (!existsSync(absolute)) return [];
  if (statSync(absolute).isFile()) return [path];
  return readdirSync(absolute, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .filter(({ name }) => !/^dist|^node_modules$|\.spec\.ts$/.test(name))
    .flatMap(({ name }) => list(join(path, name)));
}

/** Waits for its turn; the lock of a build that was killed is taken over. */
async function lock() {
  mkdirSync(dirname(LOCK), { recursive: true });
  for (;;) {
    try {
      writeFileSync(LOCK, String(process.pid), { flag: 'wx' });
      return () => rmSync(LOCK, { force: true });
    } catch (fault) {
      if (fault.code !== 'EEXIST') throw fault;
    }
    if (!holderLives()) rmSync(LOCK, { force: true });
    else await sleep(100);
  }
}

function holderLives() {
  try {
    const pid = Number(readFileSync(LOCK, 'utf8'));
    // An empty file is a lock that is being written at this moment.
    return pid === 0 || process.kill(pid, 0);
  } catch (fault) {
    // The lock that is gone was just given back: ask for it again, and take nobody else's away.
    return fault.code === 'EPERM' || fault.code === 'ENOENT';
  }
}
