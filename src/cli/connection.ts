import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { getuid } from 'node:process';

import { CrossfadeError } from '../core/errors.ts';
import type { Terminal } from './terminal.ts';

/** Where the server is and who calls. */
export interface Connection {
  readonly url: string;
  readonly token: string;
}

const defaultUrl = 'http://127.0.0.1:4400';

/**
 * From `CROSSFADE_URL` and `CROSSFADE_TOKEN`, else the token that a server on this machine wrote.
 * Throws `unauthenticated` when there is no token.
 */
export function connectionOf(env: Terminal['env']): Connection {
  const url = (env['CROSSFADE_URL'] ?? defaultUrl).replace(/\/+$/, '');
  return { url, token: env['CROSSFADE_TOKEN'] ?? tokenFile(env) };
}

function tokenFile(env: Terminal['env']): string {
  const path = join(dataDirectory(env), 'admin.token');
  try {
    return readFileSync(path, 'utf8').trim();
  } catch (cause) {
    const message = `no token: ${path} cannot be read; set CROSSFADE_TOKEN, or CROSSFADE_DATA_DIR to the server's data directory`;
    throw new CrossfadeError('unauthenticated', message, { cause });
  }
}

function dataDirectory(env: Terminal['env']): string {
  return (
    env['CROSSFADE_DATA_DIR'] ?? (getuid?.() === 0 ? '/var/lib/crossfade/server' : '.crossfade')
  );
}
