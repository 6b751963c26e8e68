import { resolve } from 'node:path';
import { CrossfadeError } from '../../core/errors.ts';
import { parseContext } from '../../language/contexts-file.ts';
import { contextNamed, readContexts, writeContexts } from '../contexts.ts';
import { exitStatus } from '../exit-status.ts';
import { type OutputForm, show } from '../output.ts';
import type { Terminal } from '../terminal.ts';
import { contextsTable } from '../views/contexts-text.ts';

export interface ContextOptions {
  readonly url: string;
  readonly tokenEnv?: string;
  readonly tokenFile?: string;
  readonly use?: boolean;
}

/** Keeps a server's address with where its token is found. The first one is used from then on. */
export function addContext(name: string, options: ContextOptions, terminal: Terminal): number {
  const { url, tokenEnv, tokenFile, use = false } = options;
  if ((tokenEnv === undefined) === (tokenFile === undefined)) {
    const words = 'say where the token is found: --token-env VARIABLE or --token-file PATH';
    throw new CrossfadeError('invalidInput', words);
  }
  const token = tokenFile === undefined ? { env: tokenEnv } : { file: resolve(tokenFile) };
  const [key, context] = parseContext({ name, context: { url, token } });
  const known = readContexts(terminal.env);
  const current = use ? key : (known.current ?? key);
  writeContexts(terminal.env, { current, contexts: { ...known.contexts, [key]: context } });
  terminal.err(`context ${key} added${current === key ? ', and used from now on' : ''}\n`);
  return exitStatus.ok;
}

export function useContext(name: string, terminal: Terminal): number {
  const known = readContexts(terminal.env);
  contextNamed(known, name);
  writeContexts(terminal.env, { ...known, current: name });
  terminal.err(`context ${name} is used from now on\n`);
  return exitStatus.ok;
}

export function listContexts(
  { output }: { readonly output?: OutputForm },
  terminal: Terminal,
): number {
  const { current = null, contexts } = readContexts(terminal.env);
  const list = Object.entries(contexts).map(([name, context]) => {
    return { name, current: name === current, ...context };
  });
  const shown = {
    data: { contexts: list },
    table: () => contextsTable(list),
    names: () => list.map(({ name }) => `context/${name}`),
  };
  show(output, shown, terminal);
  return exitStatus.ok;
}

export function removeContext(name: string, terminal: Terminal): number {
  const { current, contexts } = readContexts(terminal.env);
  contextNamed({ contexts }, name);
  const { [name]: _, ...rest } = contexts;
  const kept = current === undefined || current === name ? {} : { current };
  writeContexts(terminal.env, { ...kept, contexts: rest });
  terminal.err(`context ${name} removed\n`);
  return exitStatus.ok;
}
