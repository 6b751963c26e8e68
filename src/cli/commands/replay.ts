import { CrossfadeError } from '../../core/errors.ts';
import {
  type DecisionRecord,
  isWhole,
  type LoggedTick,
  replay as replayRecord,
  replayMemory,
} from '../../core/rollout/replay.ts';
import { ApiClient } from '../api-client.ts';
import { connectionOf } from '../connection.ts';
import { exitStatus } from '../exit-status.ts';
import { fileHistory, serverHistory } from '../history-source.ts';
import { isForPerson, type OutputForm, show } from '../output.ts';
import { paintFor, type Terminal } from '../terminal.ts';
import { type MemoryReplay, replayText } from '../views/replay-text.ts';
import { printHistory, replayHistory } from './replay-history.ts';

export interface ReplayOptions {
  readonly output?: OutputForm;
  /** A history that was printed as JSON before. */
  readonly file?: string;
}

/**
 * Judges and decides again, here and not on the server, and compares: a decision by its number, a
 * whole rollout by its name or from a file. As JSON it prints what was stored instead. Exit status 1
 * when anything differs.
 */
export async function replay(
  what: string | undefined,
  { output, file }: ReplayOptions,
  terminal: Terminal,
): Promise<number> {
  const asData = !isForPerson(output);
  if (file !== undefined) {
    if (what !== undefined || asData)
      throw usage('`-f` stands alone: it replays what is in a file');
    return replayHistory(fileHistory(file, terminal), terminal);
  }
  if (what === undefined) throw usage('name a decision by its number, or a rollout');
  const decision = /^\d+$/.test(what) ? numberOf(what) : null;
  const client = new ApiClient(connectionOf(terminal.env));
  if (decision !== null) return replayDecision(client, decision, output, terminal);
  const lines = serverHistory(client, what);
  if (!asData) return replayHistory(lines, terminal);
  if (output === 'json') return printHistory(lines, terminal);
  throw usage('a history is kept as lines of JSON: ask for it by -o json');
}

/** With the ticks since the decision before it also the judge's memory is built up again. */
async function replayDecision(
  client: ApiClient,
  decision: number,
  output: OutputForm | undefined,
  terminal: Terminal,
): Promise<number> {
  const record = await client.record(decision);
  if (!isForPerson(output)) {
    const names = () => [`decision/${decision}`];
    show(output, { data: record, table: () => '', names }, terminal);
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
  const ticks: LoggedTick[] = [];
  for await (const tick of client.ticks(checkpoint.rollout.id, first?.fence ?? 0, fence)) {
    ticks.push(tick);
  }
  if (!isWhole(ticks, record)) return null;
  const differences = replayMemory(
    { first: first?.policy ?? policy, later: policy },
    first?.checkpoint.memory ?? null,
    ticks.map(({ input }) => input),
    checkpoint.memory,
  );
  return { ticks: ticks.length, differences };
}

function numberOf(text: string): number {
  if (/^[1-9]\d{0,15}$/.test(text)) return Number(text);
  throw usage(`\`${text}\` is no decision; crossfade why NAME shows the numbers of its decisions`);
}

function usage(message: string): CrossfadeError {
  return new CrossfadeError('invalidInput', message);
}
