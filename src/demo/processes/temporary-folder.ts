import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { recordProcess } from './process-record.ts';

/** A folder of one run. */
export interface TemporaryFolder {
  readonly path: string;
  remove(): Promise<void>;
}

/** What the folders of runs are called. One that is to stay has a name of its own. */
export const folderNames = { removed: 'crossfade-demo-', kept: 'crossfade-demo-kept-' } as const;

/** The name under which a folder says which process it belongs to. */
export const owner = 'demo';

/**
 * In the system's temporary folder and not in the clone: under root, PostgreSQL runs as an account
 * that may not enter the clone. For the same reason others may pass through it, but not look around.
 */
export async function temporaryFolder(keep: boolean): Promise<TemporaryFolder> {
  const path = await mkdtemp(join(tmpdir(), keep ? folderNames.kept : folderNames.removed));
  await chmod(path, 0o711);
  await recordProcess(path, owner, process.pid);
  return { path, remove: () => removeFolder(path) };
}

export function removeFolder(path: string): Promise<void> {
  return rm(path, { recursive: true, force: true, maxRetries: 5 });
}
