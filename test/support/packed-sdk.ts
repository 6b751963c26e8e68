import { execFile } from 'node:child_process';
import { symlink } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/**
 * Installs the SDK into a folder as an application gets it: packed, and by npm. The driver `pg` is
 * the application's own dependency and is lent to it, so that nothing is downloaded.
 */
export async function installPackedSdk(folder: string): Promise<void> {
  const pack = ['pack', '--workspace', 'src/sdk', '--pack-destination', folder, '--json'];
  const { stdout } = await run('npm', pack);
  const [packed] = JSON.parse(stdout) as [{ filename: string }];
  const quiet = ['--no-audit', '--no-fund', '--offline', '--no-package-lock'];
  await run('npm', ['install', ...quiet, join(folder, packed.filename)], { cwd: folder });
  await symlink(resolve('node_modules', 'pg'), join(folder, 'node_modules', 'pg'), 'dir');
}
