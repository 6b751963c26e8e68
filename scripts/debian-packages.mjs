// What the tests need beside npm, and how it gets onto the machine. As a program it installs what is
// missing (as root on Debian), and exits 1 with the names of what then is missing still.
import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, globSync, lstatSync } from 'node:fs';
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, delimiter, isAbsolute, join } from 'node:path';

/**
 * Debian's package, and what proves it is there: the name of a program, or a pattern of its path.
 * `service` is the package that holds what would start it, where that is another one.
 * @typedef {{ name: string, program: string, service?: string }} Package
 */

/**
 * The one place to name them. Unleash and the newest PostgreSQL come from npm, and need no library
 * that Node itself does not need; Debian's PostgreSQL is an older one, which targets may be as well.
 * @type {readonly Package[]}
 */
export const debianPackages = [
  { name: 'prometheus', program: 'prometheus' },
  { name: 'prometheus-alertmanager', program: 'prometheus-alertmanager' },
  { name: 'chromium', program: 'chromium' },
  { name: 'python3', program: 'python3' },
  { name: 'zsh', program: 'zsh' },
  { name: 'fish', program: 'fish' },
  { name: 'python3-psycopg2', program: '/usr/lib/python3/dist-packages/psycopg2/__init__.py' },
  { name: 'nginx', program: 'nginx', service: 'nginx-common' },
  {
    name: 'postgresql',
    program: '/usr/lib/postgresql/*/bin/postgres',
    service: 'postgresql-common',
  },
];

/**
 * Installs what is missing, as root on Debian; says on stderr what is missing still.
 * @returns {boolean} whether all is there
 */
export function requirePackages(wanted = debianPackages) {
  const missing = installMissing(wanted);
  if (missing.length === 0) return true;
  process.stderr.write(
    `The tests need Debian packages that are missing: ${missing.join(' ')}\n` +
      `Install them: sudo apt-get install --no-install-recommends ${missing.join(' ')}\n`,
  );
  return false;
}

/**
 * @param {readonly Package[]} wanted
 * @returns {string[]} names of the packages that are missing afterwards
 */
export function installMissing(wanted) {
  const missing = missingPackages(wanted);
  if (missing.length === 0 || process.getuid?.() !== 0 || !existsSync('/etc/debian_version')) {
    return missing;
  }
  withoutStartingServices(() => {
    if (!missing.every(isOffered)) aptGet('update');
    if (install(missing)) return;
    // An index may be older than the archive, which then has other versions.
    aptGet('update');
    install(missing);
  });
  for (const { name, service = name } of wanted) {
    if (missing.includes(name)) keepFromStarting(service);
  }
  return missingPackages(wanted);
}

/** @param {readonly Package[]} wanted */
function missingPackages(wanted) {
  return wanted.filter(({ program }) => !isThereToRun(program)).map(({ name }) => name);
}

/** @param {string} program */
function isThereToRun(program) {
  return isAbsolute(program) ? globSync(program).length > 0 : isOnPath(program);
}

/** @param {string} program */
function isOnPath(program) {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin'];
  return folders.some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** Whether the index of packages knows it; a fresh machine often has no index at all. */
function isOffered(name) {
  const { stdout } = run('apt-cache', ['policy', name]);
  return /^ {2}Candidate: (?!\(none\))/m.test(stdout);
}

/** @param {readonly string[]} names */
function install(names) {
  return aptGet('install', '--yes', '--no-install-recommends', ...names);
}

/** Waits for its turn while somebody else installs; an archive is asked again. @param {readonly string[]} options */
function aptGet(...options) {
  const patience = ['-o', 'DPkg::Lock::Timeout=300', '-o', 'Acquire::Retries=3'];
  const { status } = spawnSync('apt-get', [...patience, ...options], {
    stdio: ['ignore', 2, 2],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  });
  return status === 0;
}

/** What every package's installation asks before it starts a service; 101 is no. */
const helper = '/usr/sbin/policy-rc.d';
const putAside = `${helper}.put-aside-by-crossfade`;
const saysNo =
  '#!/bin/sh\n# Written by the tests of Crossfade while they install packages.\nexit 101\n';

/** Tests start servers of their own. What the machine had to say stands again afterwards. */
function withoutStartingServices(act) {
  // Ctrl-C ends apt-get, and this program only when it has tidied up.
  const signals = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']);
  const endure = () => undefined;
  for (const signal of signals) process.on(signal, endure);
  // Put aside already when an earlier run was killed in between.
  if (!isThere(putAside) && isThere(helper)) renameSync(helper, putAside);
  writeFileSync(helper, saysNo, { mode: 0o755 });
  try {
    act();
  } finally {
    // Another run at the same time may have tidied up before.
    if (isOurs(helper)) rmSync(helper);
    if (isThere(putAside)) renameSync(putAside, helper);
    for (const signal of signals) process.off(signal, endure);
  }
}

/** @param {string} path */
function isOurs(path) {
  return isThere(path) && readFileSync(path, 'utf8') === saysNo;
}

/** Also where it points nowhere. @param {string} path */
function isThere(path) {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}

/** Neither at the next start of the machine: a newly installed service is meant to run from then on. */
function keepFromStarting(name) {
  const files = run('dpkg', ['--listfiles', name]).stdout.split('\n');
  for (const file of files) {
    if (/^\/etc\/init\.d\/./.test(file)) run('update-rc.d', [basename(file), 'disable']);
    if (/\/systemd\/system\/[^@/]+\.service$/.test(file)) {
      run('deb-systemd-helper', ['disable', basename(file)]);
    }
  }
}

/** @param {string} program @param {string[]} options */
function run(program, options) {
  return spawnSync(program, options, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
}

if (process.argv[1] === import.meta.filename) process.exitCode = requirePackages() ? 0 : 1;
