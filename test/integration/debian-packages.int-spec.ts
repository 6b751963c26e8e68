import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, existsSync, mkdirSync, mkdtempSync } from 'node:fs';
import { linkSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { probePackage, putIntoArchive } from '../support/debian-archive.ts';

const isRoot = process.getuid?.() === 0;
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'crossfade-debian-'));
  chmodSync(folder, 0o755);
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe('npm test, where a package is missing', () => {
  /** A copy of what `npm test` starts, where an ordinary user can read it. */
  function copyForOthers(): string {
    mkdirSync(join(folder, 'scripts'));
    for (const name of ['test.mjs', 'debian-packages.mjs']) {
      copyFileSync(join('scripts', name), join(folder, 'scripts', name));
    }
    const node = join(folder, 'node');
    try {
      linkSync(process.execPath, node);
    } catch {
      copyFileSync(process.execPath, node);
    }
    chmodSync(node, 0o755);
    return node;
  }

  it('ends as an ordinary user with status 1 and the names, and runs nothing', () => {
    const { status, stdout, stderr } = spawnSync(copyForOthers(), ['scripts/test.mjs'], {
      cwd: folder,
      encoding: 'utf8',
      env: { PATH: '/nowhere' },
      ...(isRoot ? { uid: 65_534, gid: 65_534 } : {}),
    });
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toMatch(/packages that are missing: prometheus\b/);
    expect(stderr).toMatch(/sudo apt-get install .*prometheus/);
  });
});

describe('the packages', () => {
  it('are there, and work', () => {
    execFileSync(process.execPath, ['scripts/debian-packages.mjs']);
    const { status, stdout, stderr } = spawnSync('prometheus', ['--version'], { encoding: 'utf8' });
    expect(status).toBe(0);
    expect(stdout + stderr).toMatch(/^prometheus, version 2\./);
  });
});

// Only root on Debian installs anything; for anybody else there is nothing to show.
if (isRoot && existsSync('/etc/debian_version')) {
  describe('root', () => {
    const policy = '/usr/sbin/policy-rc.d';
    const { name, started, startLinks } = probePackage;

    afterAll(() => {
      spawnSync('dpkg', ['--purge', name]);
      rmSync(started, { force: true });
    });

    function installProbe(): readonly string[] {
      const script = `import { installMissing } from './scripts/debian-packages.mjs';
        console.log(JSON.stringify(installMissing([{ name: '${name}', program: '${name}' }])));`;
      const options = ['--input-type=module', '--eval', script];
      // The archive has no index yet, as on a fresh machine.
      const env = { ...process.env, APT_CONFIG: putIntoArchive(folder) };
      const stdio = ['ignore', 'pipe', 'pipe'] as const;
      return JSON.parse(
        execFileSync(process.execPath, options, { env, encoding: 'utf8', stdio: [...stdio] }),
      ) as [];
    }

    it('gets what is missing installed, and no service started now or later', () => {
      const before = existsSync(policy) ? readFileSync(policy, 'utf8') : null;
      expect(installProbe()).toEqual([]);
      expect(execFileSync(name, { encoding: 'utf8' })).toBe('probed\n');
      expect(existsSync(started)).toBe(false);
      expect(startLinks()).toEqual([]);
      expect(existsSync(policy) ? readFileSync(policy, 'utf8') : null).toBe(before);
    });
  });
}
