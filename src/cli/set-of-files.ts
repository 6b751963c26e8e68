import { CrossfadeError } from '../core/errors.ts';
import type { SetToApply } from '../language/apply-request.ts';
import { gitOrigin } from './git-origin.ts';
import { isFolder } from './read-files.ts';

export interface SetOptions {
  readonly set?: string;
  readonly prune?: boolean;
  readonly commit?: string;
}

/**
 * The set that files are to be applied as; null where they are applied by hand. Its name and its commit are
 * those of the folder when nobody says otherwise. Throws `invalidInput`.
 */
export async function setOfFiles(
  paths: readonly string[],
  { set, prune = false, commit }: SetOptions,
): Promise<SetToApply | null> {
  if (set === undefined && !prune) {
    if (commit === undefined) return null;
    throw new CrossfadeError('invalidInput', '--commit is said of a set: add --set NAME');
  }
  const folder = await wholeFolder(paths, set === undefined ? '--prune' : '--set');
  const origin = await gitOrigin(folder);
  return {
    name: set ?? origin.name,
    prune,
    commit: commit ?? origin.commit,
    // Whoever names the commit says that this is it.
    dirty: commit === undefined && origin.dirty,
  };
}

async function wholeFolder(paths: readonly string[], option: string): Promise<string> {
  const [folder] = paths;
  const isOne = folder !== undefined && paths.length === 1 && folder !== '-';
  if (isOne && (await isFolder(folder))) return folder;
  throw new CrossfadeError('invalidInput', `${option} is for one folder, which is the whole set`);
}
