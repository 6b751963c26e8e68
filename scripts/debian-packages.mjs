import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/**
 * What the tests need beside npm: the one place to name it. Empty for now: PostgreSQL and Unleash
 * come from npm, and need no library that Node itself does not need.
 * @type {readonly { name: string, program: string }[]} Debian's package, and what proves it is there
 */
export const debianPackages = [];

/**
 * Names of the packages whose program is not on the PATH.
 * @param {readonly { name: string, program: string }[]} wanted
 */
export function missingPackages(wanted = debianPackages) {
  return wanted.filter(({ program }) => !isOnPath(program)).map(({ name }) => name);
}

/**
 * Installs what is missing, as root on Debian.
 * @returns {string[]} what is still missing afterwards
 */
export function installMissing(wanted = debianPackages) {
  const missing = missingPackages(wanted);
  if (missing.length === 0 || process.getuid?.() !== 0 || !existsSync('/etc/debian_version')) {
    return missing;
  }
  aptGet('update');
  aptGet('install', '--yes', '--no-install-recommends', ...missing);
  return missingPackages(wanted);
}

/** @param {string[]} options */
function aptGet(...options) {
  spawnSync('apt-get', options, {
    stdio: ['ignore', 2, 2],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  });
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
