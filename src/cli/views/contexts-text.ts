import type { ServerContext } from '../../language/contexts-file.ts';
import { alignedLines } from './aligned-lines.ts';
import { safe } from './words.ts';

/** One line for each context; a star marks the one that is used. */
export function contextsTable(
  contexts: readonly (ServerContext & { readonly name: string; readonly current: boolean })[],
): string {
  if (contexts.length === 0) return 'no contexts; crossfade context add NAME makes one\n';
  const rows = contexts.map(({ name, current, url, token }) => [
    current ? '*' : '',
    name,
    safe(url),
    'env' in token ? `$${token.env}` : safe(token.file),
  ]);
  return alignedLines([['', 'NAME', 'URL', 'TOKEN'], ...rows]);
}
