import { createHash } from 'node:crypto';
import { realpath } from 'node:fs/promises';
import { sep } from 'node:path';
import { DocumentFolder, type FolderReading } from '../../engine/ports/document-folder.ts';
import { readFolder } from './read-folder.ts';

const endings = ['.yaml', '.yml'] as const;

/** A folder that git-sync, a mounted ConfigMap or a person keeps up to date. */
export class MountedFolder extends DocumentFolder {
  override readonly path: string;

  constructor(path: string) {
    super();
    this.path = path;
  }

  override async read(): Promise<FolderReading> {
    const files = await readFolder(this.path, endings);
    const commit = await commitOf(this.path);
    const content = JSON.stringify([commit, files.map(({ name, text }) => [name, text])]);
    return { files, commit, fingerprint: createHash('sha256').update(content).digest('hex') };
  }
}

/** git-sync checks each commit out into a folder that is named after it, and turns a link to there. */
async function commitOf(path: string): Promise<string | null> {
  const parts = (await realpath(path).catch(() => path)).split(sep);
  const named = parts.map((part) => /^(?:rev-)?([0-9a-f]{40})$/.exec(part)?.[1]);
  return named.findLast((commit) => commit !== undefined) ?? null;
}
