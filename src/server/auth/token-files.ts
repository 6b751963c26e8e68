import { chmod, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { scopes, type TokenStore } from '../../engine/ports/token-store.ts';

/**
 * Makes sure that for each scope a file `SCOPE.token` of mode 0600 holds a token that works, so
 * that the CLI and services on this machine find theirs. A token that still works is kept.
 */
export async function ensureTokenFiles(directory: string, tokens: TokenStore): Promise<void> {
  await mkdir(directory, { recursive: true });
  for (const scope of scopes) await ensureTokenFile(directory, scope, tokens);
}

async function ensureTokenFile(
  directory: string,
  scope: (typeof scopes)[number],
  tokens: TokenStore,
): Promise<void> {
  const path = join(directory, `${scope}.token`);
  const present = await readFile(path, 'utf8').catch(() => '');
  if (present !== '' && (await tokens.verify(present.trim())) !== null) {
    await chmod(path, 0o600);
    return;
  }
  const fresh = `${path}.new`;
  await writeFile(fresh, `${await tokens.create(scope)}\n`, { mode: 0o600 });
  await rename(fresh, path);
}
