import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { readFolder } from '../adapters/document-folder/read-folder.ts';
import { CrossfadeError } from '../core/errors.ts';
import type { Terminal } from './terminal.ts';

/** A policy file as the language wants it. */
export interface TextFile {
  readonly name: string;
  readonly text: string;
}

/** Which files of a folder are meant. */
export type Endings =
  '.yaml .yml' | '.yaml .yml .sql .ts' | '.yaml .yml .sql .ts .js' | '.sql .ts' | '.sql .ts .js';

/** Files, folders (their files with these endings, those of folders within too, in order of path) and `-` for stdin. */
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
  if (await isFolder(path)) {
    const files = await readFolder(path, endings.split(' '), filesAtMost(endings));
    return files.map(({ name, text }) => ({ name: join(path, name), text }));
  }
  return [{ name: path, text: await readFile(path, 'utf8').catch(unreadable(path)) }];
}

/** A database gathers more migrations in its years than anybody writes policies; undefined: as those are limited. */
const filesAtMost = (endings: Endings): number | undefined =>
  endings.includes('.sql') ? 5_000 : undefined;

/** Throws `invalidInput` for what is not there. */
export async function isFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(unreadable(path))).isDirectory();
}

const unreadable =
  (path: string) =>
  (cause: unknown): never => {
    const { code = 'error' } = cause as NodeJS.ErrnoException;
    throw new CrossfadeError('invalidInput', `${path} cannot be read (${code})`, { cause });
  };
