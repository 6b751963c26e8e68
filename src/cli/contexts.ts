import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { CrossfadeError } from '../core/errors.ts';
import {
  type Contexts,
  contextsText,
  parseContexts,
  type ServerContext,
} from '../language/contexts-file.ts';
import type { Terminal } from './terminal.ts';

type Env = Terminal['env'];

/** `$XDG_CONFIG_HOME/crossfade/config.yaml`, else below `~/.config`; null where there is no home. */
function configPath(env: Env): string | null {
  const base = env['XDG_CONFIG_HOME'] || (env['HOME'] ? join(env['HOME'], '.config') : '');
  return base === '' ? null : join(base, 'crossfade', 'config.yaml');
}

/** The contexts that are known; none where there is no file. Throws `invalidInput` for one that is wrong. */
export function readContexts(env: Env): Contexts {
  const path = configPath(env);
  const text = path === null ? null : contentOf(path);
  return text === null || path === null ? { contexts: {} } : parseContexts(text, path);
}

/** Replaces the file as a whole; nobody but its owner may read it. */
export function writeContexts(env: Env, contexts: Contexts): void {
  const path = configPath(env);
  if (path === null) {
    const message = 'there is no place for contexts: set HOME or XDG_CONFIG_HOME';
    throw new CrossfadeError('invalidInput', message);
  }
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const written = `${path}.${process.pid}`;
  writeFileSync(written, contextsText(contexts), { mode: 0o600 });
  renameSync(written, path);
}

/** The context of that name. Throws `invalidInput` when there is none. */
export function contextNamed({ contexts }: Contexts, name: string): ServerContext {
  const found = Object.hasOwn(contexts, name) ? contexts[name] : undefined;
  if (found !== undefined) return found;
  const known = Object.keys(contexts);
  const have = known.length === 0 ? 'none is known' : `known: ${known.toSorted().join(', ')}`;
  throw new CrossfadeError('invalidInput', `there is no context ${name}; ${have}`);
}

/** The token that a context refers to. Throws `unauthenticated` when it is not there. */
export function tokenOf(name: string, { token }: ServerContext, env: Env): string {
  if ('env' in token) {
    const value = env[token.env] ?? '';
    if (value !== '') return value;
    const message = `no token: context ${name} takes it from ${token.env}, which is not set`;
    throw new CrossfadeError('unauthenticated', message);
  }
  const value = contentOf(token.file)?.trim() ?? '';
  if (value !== '') return value;
  const message = `no token: context ${name} takes it from ${token.file}, which is not there or empty`;
  throw new CrossfadeError('unauthenticated', message);
}

function contentOf(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw new CrossfadeError('invalidInput', `${path} cannot be read`, { cause });
  }
}
