import { existsSync, readFileSync } from 'node:fs';

/** The version of the package that this code is of, built or not; empty where that cannot be told. */
export function serverVersion(): string {
  let folder = new URL('.', import.meta.url);
  for (
    let above = new URL('..', folder);
    above.href !== folder.href;
    above = new URL('..', folder)
  ) {
    const manifest = new URL('package.json', folder);
    if (existsSync(manifest)) {
      return (JSON.parse(readFileSync(manifest, 'utf8')) as { version?: string }).version ?? '';
    }
    folder = above;
  }
  return '';
}
