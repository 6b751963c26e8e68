import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';

import { CrossfadeError } from '../core/errors.ts';
import type { Terminal } from './terminal.ts';

/** A policy file as the language wants it. */
export interface TextFile {
  readonly name: string;
  readonly text: string;
}

/** Which files of a folder are meant. */
export type Endings = '.yaml .yml' | '.yaml .yml .sql .ts' | '.sql .ts';

/** Files, folders (their files with these endings, in order of name) and `-` for stdin. */
export async function readFiles(
  paths: readonly string[],
  terminal: Terminal,
  endings: Endings = '.yaml .yml',
): Promise<TextFile[]> {
  const files: TextFile[] = [];
  for (const path of new Set(paths)) {
    if (path === '-') files.push({ name: 'stdin', text: await terminal.readStdin() });
    else files.push(...(await readPath(path, endings)));
  }
  return files;
}

async function readPath(path: string, endings: Endings): Promise<TextFile[]> {
  try {
    const names = (await stat(path)).isDirectory() ? await filesOf(path, endings) : [path];
    return await Promise.all(
      names.map(async (name) => ({ name, text: await readFile(name, 'utf8') })),
    );
  } catch (cause) {
    if (cause instanceof CrossfadeError) throw cause;
    const { code = 'error' } = cause as NodeJS.ErrnoException;
    throw new CrossfadeError('invalidInput', `${path} cannot be read (${code})`, { cause });
  }
}

async function filesOf(folder: string, endings: Endings): Promise<string[]> {
  const wanted = endings.split(' ');
  const isWanted = (name: string): boolean =>
    wanted.some((one) => name.endsWith(one)) && !name.endsWith('.d.ts');
  const names = (await readdir(folder)).filter(isWanted).toSorted();
  if (names.length === 0) {
    throw new CrossfadeError('invalidInput', `${folder} holds no ${wanted.join(' or ')} file`);
  }
  return names.map((name) => join(folder, name));
}
