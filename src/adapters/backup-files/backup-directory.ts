import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, rename, rm, statfs } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { CrossfadeError } from '../../core/errors.ts';
import { BackupFiles } from '../../engine/ports/backup-files.ts';
import type { BackupDraft, WrittenFile } from '../../engine/ports/backup-files.ts';

const mode = { folder: 0o700, file: 0o600 } as const;

/** A folder per backup. A draft has another name and becomes whole by a rename, which cannot happen halfway. */
export class BackupDirectory extends BackupFiles {
  override readonly host = hostname();
  readonly #folder: string;

  /** @param folder made when the first backup needs it */
  constructor(folder: string) {
    super();
    this.#folder = folder;
  }

  override async free(): Promise<number> {
    await this.#make();
    const { bavail, bsize } = await statfs(this.#folder);
    return bavail * bsize;
  }

  override async begin(id: string, fence: string): Promise<BackupDraft> {
    await this.#make();
    await this.#removeDrafts(id);
    const draft = join(this.#folder, `${folderName(id)}${draftMark}${fence}`);
    await mkdir(draft, { mode: mode.folder });
    return {
      write: (name, chunks) => writeFile(draft, name, chunks),
      seal: (manifest) => this.#seal(id, draft, manifest),
    };
  }

  override async *read(id: string, name: string): AsyncIterable<Uint8Array> {
    const path = join(this.#folder, folderName(id), name);
    try {
      for await (const chunk of createReadStream(path)) yield chunk as Uint8Array;
    } catch (cause) {
      const { code = 'error' } = cause as NodeJS.ErrnoException;
      throw new CrossfadeError('notFound', `${path} cannot be read (${code})`, { cause });
    }
  }

  override async remove(id: string): Promise<void> {
    await this.#removeDrafts(id);
    await rm(join(this.#folder, folderName(id)), { recursive: true, force: true });
  }

  async #make(): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: mode.folder });
  }

  async #removeDrafts(id: string): Promise<void> {
    const names = await readdir(this.#folder).catch(() => []);
    for (const name of names.filter((one) => one.startsWith(`${folderName(id)}${draftMark}`))) {
      await rm(join(this.#folder, name), { recursive: true, force: true });
    }
  }

  async #seal(id: string, draft: string, manifest: unknown): Promise<string> {
    const text = new TextEncoder().encode(`${JSON.stringify(manifest, null, 2)}\n`);
    await writeFile(draft, 'manifest.json', once(text));
    await syncFolder(draft);
    const whole = join(this.#folder, folderName(id));
    await rm(whole, { recursive: true, force: true });
    await rename(draft, whole);
    await syncFolder(this.#folder);
    return whole;
  }
}

const draftMark = '.draft-';

/** Legible, and no two ids share one. */
function folderName(id: string): string {
  const digest = createHash('sha256').update(id).digest('hex').slice(0, 12);
  return `${id.replaceAll(/[^A-Za-z0-9_-]/g, '_').slice(0, 80)}-${digest}`;
}

async function writeFile(
  folder: string,
  name: string,
  chunks: AsyncIterable<Uint8Array>,
): Promise<WrittenFile> {
  const hash = createHash('sha256');
  let bytes = 0;
  const file = await open(join(folder, name), 'wx', mode.file);
  try {
    for await (const chunk of chunks) {
      hash.update(chunk);
      bytes += chunk.byteLength;
      await writeWhole(file, chunk);
    }
    await file.sync();
  } finally {
    await file.close();
  }
  return { name, bytes, sha256: hash.digest('hex') };
}

type Handle = Awaited<ReturnType<typeof open>>;

/** A full disk may take a part of a chunk without a word. */
async function writeWhole(file: Handle, chunk: Uint8Array): Promise<void> {
  for (let from = 0; from < chunk.byteLength;) {
    from += (await file.write(chunk, from)).bytesWritten;
  }
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

async function* once(chunk: Uint8Array): AsyncIterable<Uint8Array> {
  yield chunk;
}
