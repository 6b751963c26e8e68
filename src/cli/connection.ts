import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { getuid } from 'node:process';

import { CrossfadeError } from '../core/errors.ts';
import type { Contexts } from '../language/contexts-file.ts';
import { contextNamed, readContexts, tokenOf } from './contexts.ts';
import type { Terminal } from './terminal.ts';

/** Where the server is and who calls. */
export interface Connection {
  readonly url: string;
  readonly token: string;
  /** What people call that server; absent where no context was used. */
  readonly context?: string;
}

const defaultUrl = 'http://127.0.0.1:4400';

/**
 * The context that `CROSSFADE_CONTEXT` names, else `CROSSFADE_URL` and `CROSSFADE_TOKEN`, else the context in use,
 * else a server on this machine with the token that it wrote. Throws `unauthenticated` when there is no token, and
 * `invalidInput` where there is no such context.
 */
export function connectionOf(env: Terminal['env']): Connection {
  const named = env['CROSSFADE_CONTEXT'] ?? '';
  if (named !== '') return connectionIn(readContexts(env), named, env);
  const isSaid = ['CROSSFADE_URL', 'CROSSFADE_TOKEN'].some((one) => (env[one] ?? '') !== '');
  const contexts = isSaid ? null : readContexts(env);
  if (contexts?.current !== undefined) return connectionIn(contexts, contexts.current, env);
  const url = (env['CROSSFADE_URL'] ?? defaultUrl).replace(/\/+$/, '');
  return { url, token: env['CROSSFADE_TOKEN'] ?? tokenFile(env) };
}

function connectionIn(contexts: Contexts, name: string, env: Terminal['env']): Connection {
  const context = contextNamed(contexts, name);
  return {
    url: context.url.replace(/\/+$/, ''),
    token: tokenOf(name, context, env),
    context: name,
  };
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
