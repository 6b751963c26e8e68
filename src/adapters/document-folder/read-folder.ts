import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { CrossfadeError } from '../../core/errors.ts';

/** A file of a folder, by its path from there, with `/`. */
export interface FolderFile {
  readonly name: string;
  readonly text: string;
}

/** More is no folder of policies. A file may hold several documents. */
const filesAtMost = 200;
const limits = { bytes: 4 * 1024 * 1024, entries: 10_000, depth: 16 } as const;

/** The files with these endings, those of folders within it too, in order of their paths. Throws `invalidInput`. */
export async function readFolder(
  folder: string,
  endings: readonly string[],
  atMost = filesAtMost,
): Promise<readonly FolderFile[]> {
  const walk = new Walk(await reached(folder, realpath(folder)), folder, { endings, atMost });
  await walk.into('', 0);
  if (walk.names.length === 0) {
    throw new CrossfadeError('invalidInput', `${folder} holds no ${endings.join(' or ')} file`);
  }
  const files: FolderFile[] = [];
  let bytes = 0;
  for (const name of walk.names.toSorted()) {
    const path = join(folder, name);
    bytes += (await reached(path, stat(path))).size;
    if (bytes > limits.bytes) throw tooLarge(folder, `more than ${limits.bytes / 1024 / 1024} MiB`);
    files.push({ name, text: await reached(path, readFile(path, 'utf8')) });
  }
  return files;
}

/** Which files are meant, and how many there may be. */
interface Wanted {
  readonly endings: readonly string[];
  readonly atMost: number;
}

class Walk {
  readonly names: string[] = [];
  readonly #root: string;
  readonly #folder: string;
  readonly #wanted: Wanted;
  #entries = 0;

  constructor(root: string, folder: string, wanted: Wanted) {
    this.#root = root;
    this.#folder = folder;
    this.#wanted = wanted;
  }

  /** What begins with a dot is passed over: there mounted ConfigMaps and git keep what they swap. */
  async into(inner: string, depth: number): Promise<void> {
    if (depth > limits.depth) {
      throw tooLarge(this.#folder, `folders nested deeper than ${limits.depth} levels`);
    }
    const path = join(this.#folder, inner);
    for (const entry of await reached(path, readdir(path))) {
      this.#entries += 1;
      if (this.#entries > limits.entries) {
        throw tooLarge(this.#folder, `more than ${limits.entries} entries`);
      }
      if (entry.startsWith('.') || entry === 'node_modules') continue;
      await this.#see(inner === '' ? entry : `${inner}/${entry}`, depth);
    }
  }

  async #see(name: string, depth: number): Promise<void> {
    const path = join(this.#folder, name);
    const isWanted =
      this.#wanted.endings.some((one) => name.endsWith(one)) && !name.endsWith('.d.ts');
    const found = await stat(path).catch((fault: unknown) => {
      // A link that leads nowhere is of interest where it looks like a file of ours.
      if (isWanted) throw unreadable(path, fault);
      return null;
    });
    if (found?.isDirectory() === true) {
      await this.#within(path);
      await this.into(name, depth + 1);
    } else if (isWanted && found?.isFile() === true) {
      await this.#within(path);
      this.names.push(name);
      const { atMost } = this.#wanted;
      if (this.names.length > atMost) throw tooLarge(this.#folder, `more than ${atMost} files`);
    }
  }

  /** Whoever may write into a folder need not be allowed to read what lies elsewhere. */
  async #within(path: string): Promise<void> {
    if ((await reached(path, realpath(path))).startsWith(`${this.#root}${sep}`)) return;
    throw new CrossfadeError('invalidInput', `${path} leads out of ${this.#folder}`);
  }
}

async function reached<T>(path: string, act: Promise<T>): Promise<T> {
  try {
    return await act;
  } catch (fault) {
    throw unreadable(path, fault);
  }
}

function unreadable(path: string, cause: unknown): CrossfadeError {
  const { code = 'error' } = cause as NodeJS.ErrnoException;
  return new CrossfadeError('invalidInput', `${path} cannot be read (${code})`, { cause });
}

function tooLarge(folder: string, what: string): CrossfadeError {
  return new CrossfadeError('invalidInput', `${folder} holds ${what}; divide it`);
}
