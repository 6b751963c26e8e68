import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { gzipSync } from 'node:zlib';

/** A file of the web UI as it is served. */
export interface UiFile {
  readonly type: string;
  readonly plain: Buffer;
  readonly gzipped: Buffer;
  readonly etag: string;
  /** Its name changes with its content, so it may be kept for ever. */
  readonly immutable: boolean;
}

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/**
 * The built web UI, read once: a look-up in memory leads to no other file, and a build that replaces the
 * folder does not mix two versions.
 */
export class UiFiles {
  readonly #files: ReadonlyMap<string, UiFile>;

  /** @param folder what `npm run build` made; nothing is served where it is missing */
  constructor(folder: string) {
    const paths = existsSync(folder)
      ? readdirSync(folder, { recursive: true, encoding: 'utf8' })
      : [];
    this.#files = new Map(
      paths
        .filter((path) => types[extname(path)] !== undefined)
        .map((path) => [path.replaceAll('\\', '/'), read(folder, path)]),
    );
  }

  /** A file by its path below `/ui/`; the page itself for every other address within the UI. */
  find(path: string): UiFile | null {
    const exact = this.#files.get(path);
    if (exact !== undefined || path.startsWith('assets/')) return exact ?? null;
    return this.#files.get('index.html') ?? null;
  }
}

function read(folder: string, path: string): UiFile {
  const plain = readFileSync(join(folder, path));
  const digest = createHash('sha256').update(plain).digest('base64url').slice(0, 22);
  return {
    type: types[extname(path)] ?? '',
    plain,
    gzipped: gzipSync(plain, { level: 9 }),
    etag: `"${digest}"`,
    immutable: /^assets[/\\]/.test(path),
  };
}
