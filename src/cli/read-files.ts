import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';

import { CrossfadeError } from '../core/errors.ts';
import type { Terminal } from './terminal.ts';

/** A policy file as the language wants it. */
export interface TextFile {
  readonly name: string;
  readonly text: string;
}

/** Files, folders (their `.yaml` and `.yml` files, in order of name) and `-` for stdin. */
export async function readFiles(paths: readonly string[], terminal: Terminal): Promise<TextFile[]> {
  const files: TextFile[] = [];
  for (const path of new Set(paths)) {
    if (path === '-') files.push({ name: 'stdin', text: await terminal.readStdin() });
    else files.push(...(await readPath(path)));
  }
  return files;
}

async function readPath(path: string): Promise<TextFile[]> {
  try {
    const names = (await stat(path)).isDirectory() ? await yamlFiles(path) : [path];
    return await Promise.all(
      names.map(async (name) => ({ name, text: await readFile(name, 'utf8') })),
    );
  } catch (cause) {
    if (cause instanceof CrossfadeError) throw cause;
    const { code = 'error' } = cause as NodeJS.ErrnoException;
    throw new CrossfadeError('invalidInput', `${path} cannot be read (${code})`, { cause });
  }
}

async function yamlFiles(folder: string): Promise<string[]> {
  const names = (await readdir(folder)).filter((name) => /\.ya?ml$/.test(name)).toSorted();
  if (names.length === 0) {
    throw new CrossfadeError('invalidInput', `${folder} holds no .yaml or .yml file`);
  }
  return names.map((name) => join(folder, name));
}
