import { CrossfadeError } from '../../core/errors.ts';
import {
  type DecisionRecord,
  type Difference,
  replay as replayRecord,
  replayMemory,
} from '../../core/rollout/replay.ts';
import { ApiClient } from '../api-client.ts';
import { connectionOf } from '../connection.ts';
import { exitStatus } from '../exit-status.ts';
import { paintFor, type Terminal } from '../terminal.ts';
import { type MemoryReplay, replayText } from '../views/replay-text.ts';

/**
 * Judges a stored decision again, here and not on the server, and compares. With the ticks since the
 * decision before it also the judge's memory is built up again. Exit status 1 when anything differs.
 */
export async function replay(
  decision: string,
  options: { readonly output?: 'table' | 'json' },
  terminal: Terminal,
): Promise<number> {
  const client = new ApiClient(connectionOf(terminal.env));
  const record = await client.record(numberOf(decision));
  if (options.output === 'json') {
    terminal.out(`${JSON.stringify(record)}\n`);
    return exitStatus.ok;
  }
  const again = replayRecord(record);
  const memory = await replaySince(client, record);
  const look = { paint: paintFor(terminal), timeZone: terminal.timeZone };
  terminal.out(replayText(record, again, memory, look));
  const differ = again.differences.length + (memory?.differences.length ?? 0);
  return differ === 0 ? exitStatus.ok : exitStatus.error;
}

/** From the memory before the last decision through every tick since; null when ticks are gone. */
async function replaySince(
  client: ApiClient,
  record: DecisionRecord,
): Promise<MemoryReplay | null> {
  const first = record.before === null ? null : await client.record(record.before);
  const { policy, checkpoint, fence } = record;
  const ticks = await client.ticks(checkpoint.rollout.id, first?.fence ?? 0, fence);
  const isWhole = first === null || ticks[0]?.fence === first.fence;
  if (!isWhole) return null;
  const differences: readonly Difference[] = replayMemory(
    policy,
    first?.checkpoint.memory ?? null,
    ticks.map(({ input }) => input),
    checkpoint.memory,
  );
  return { ticks: ticks.length, differences };
}

function numberOf(text: string): number {
  if (/^[1-9]\d{0,15}$/.test(text)) return Number(text);
  const message = `\`${text}\` is no decision; crossfade why NAME shows the numbers of its decisions`;
  throw new CrossfadeError('invalidInput', message);
}
