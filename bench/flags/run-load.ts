import { fork } from 'node:child_process';
import { once } from 'node:events';
import type { Load, LoadFigures } from './http-load.ts';

/** Sends a load from a process of its own. Rejects when an answer was not the one that was wanted. */
export async function runLoad(load: Load): Promise<LoadFigures> {
  const child = fork(new URL('load-process.ts', import.meta.url));
  child.send(load);
  const [answer] = (await once(child, 'message')) as [{ figures?: LoadFigures; error?: string }];
  if (answer.figures === undefined) throw new Error(answer.error);
  return answer.figures;
}
