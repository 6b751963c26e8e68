import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { createGunzip } from 'node:zlib';

import { CrossfadeError } from '../core/errors.ts';
import type { HistoryHead, HistoryLine } from '../core/rollout/history.ts';
import { readLine } from '../core/rollout/history-lines.ts';
import type { DecisionRecord } from '../core/rollout/replay.ts';
import { versionsOfNow } from '../core/rollout/versions.ts';
import type { ApiClient } from './api-client.ts';
import type { Terminal } from './terminal.ts';

/** A rollout's history as the server has it, line by line: a day of it may be large. */
export async function* serverHistory(client: ApiClient, name: string): AsyncGenerator<HistoryLine> {
  const { id } = await client.rollout(name);
  const since = await client.wholeSince(id);
  if (since === null) {
    throw new CrossfadeError('notFound', `no tick of ${id} is kept that could be replayed`);
  }
  const first = await client.record(since);
  yield { kind: 'head', head: await headOf(client, id, first) };
  let ticks = 0;
  let phase = first.checkpoint.rollout.phase;
  for await (const { fence, input, seen, decision } of client.ticks(id, first.fence)) {
    if (seen === null) throw new CrossfadeError('notFound', `tick ${fence} of ${id} is not kept`);
    yield { kind: 'tick', tick: { fence, input, seen, decision } };
    ticks += 1;
    phase = decision?.to ?? phase;
  }
  yield { kind: 'end', end: { phase, ticks } };
}

async function headOf(
  client: ApiClient,
  rollout: string,
  { policy, checkpoint }: DecisionRecord,
): Promise<HistoryHead> {
  const newest = (await client.decisions(rollout)).at(-1)?.seq;
  const last = newest === undefined ? null : await client.record(newest);
  const { decide, judge } = versionsOfNow;
  return {
    versions: {
      decide: last?.decision.version ?? decide,
      judge: last?.checkpoint.memory?.judge.version ?? judge,
    },
    policy,
    from: { rollout: checkpoint.rollout, memory: checkpoint.memory },
  };
}

/** A recorded history, gzipped where its name ends so; `-` is stdin. */
export async function* fileHistory(
  path: string,
  terminal: Pick<Terminal, 'readStdin'>,
): AsyncGenerator<HistoryLine> {
  let number = 0;
  for await (const line of linesOf(path, terminal)) {
    if (line === '') continue;
    number += 1;
    yield readLine(line, number);
  }
}

async function* linesOf(
  path: string,
  { readStdin }: Pick<Terminal, 'readStdin'>,
): AsyncGenerator<string> {
  if (path === '-') {
    yield* (await readStdin()).split('\n');
    return;
  }
  try {
    const file = createReadStream(path);
    const input = path.endsWith('.gz') ? file.compose(createGunzip()) : file;
    yield* createInterface({ input, crlfDelay: Infinity });
  } catch (cause) {
    const { code = 'error' } = cause as NodeJS.ErrnoException;
    throw new CrossfadeError('invalidInput', `${path} cannot be read (${code})`, { cause });
  }
}
