import { execFile } from 'node:child_process';
import { basename, resolve } from 'node:path';
import { promisify } from 'node:util';

/** Where a folder comes from, as git knows it. */
export interface GitOrigin {
  /** The repository's name and the folder's path in it: `shop/policies`. */
  readonly name: string;
  /** The commit that is checked out; null outside of a work tree, or before the first commit. */
  readonly commit: string | null;
  /** Whether the folder has changes that are in no commit. */
  readonly dirty: boolean;
}

/** Outside of a work tree, or without git, a folder has its own name and no commit. */
export async function gitOrigin(folder: string): Promise<GitOrigin> {
  const path = resolve(folder);
  const place = await git(path, 'rev-parse', '--show-toplevel', '--show-prefix');
  if (place === null) return { name: basename(path), commit: null, dirty: false };
  const [top = path, prefix = ''] = place.split('\n');
  const [remote, commit, changes] = await Promise.all([
    git(path, 'config', '--get', 'remote.origin.url'),
    git(path, 'rev-parse', 'HEAD'),
    git(path, 'status', '--porcelain', '--', '.'),
  ]);
  const repository = remote === null ? basename(top) : repositoryOf(remote);
  const inner = prefix.replace(/\/+$/, '');
  return {
    name: inner === '' ? repository : `${repository}/${inner}`,
    commit: commit?.trim() ?? null,
    dirty: changes !== null && changes.trim() !== '',
  };
}

/** `git@host:team/shop.git` and `https://host/team/shop` are both `shop`. */
function repositoryOf(remote: string): string {
  return basename(remote.trim().replace(/\/+$/, '').replaceAll(':', '/'), '.git');
}

const run = promisify(execFile);

/** What git prints; null where it fails, or is not there. */
async function git(folder: string, ...words: readonly string[]): Promise<string | null> {
  try {
    const { stdout } = await run('git', ['-C', folder, ...words]);
    return stdout;
  } catch {
    return null;
  }
}
