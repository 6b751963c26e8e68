import { readFileSync } from 'node:fs';
import { importFiles, type ImportedFiles } from '../../src/language/import/import-files.ts';

/** A canary of another tool, from the fixtures, as ours. */
export function imported(name: string, args?: ReadonlyMap<string, string>): ImportedFiles {
  const text = readFileSync(`test/fixtures/import/${name}`, 'utf8');
  return importFiles([{ name, text }], args);
}

export interface ImportedGuard {
  readonly name: string;
  readonly onFail: string;
  readonly threshold: Readonly<Record<string, unknown>>;
}

/** The guards that came from it: those after the three that every imported policy has. */
export function guardsOf({ documents }: ImportedFiles): readonly ImportedGuard[] {
  const { guards } = (documents.at(-1) as { spec: { guards: ImportedGuard[] } }).spec;
  return guards.slice(3);
}

export const lines = (list: ImportedFiles['left']): readonly string[] =>
  list.map(({ line, message }) => `${line}: ${message}`);
