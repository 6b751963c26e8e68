import type { HistoryLine } from '../../core/rollout/history.ts';
import { writeLine } from '../../core/rollout/history-lines.ts';
import { type Replayed, replayLine, whole } from '../../core/rollout/replay-history.ts';
import { exitStatus } from '../exit-status.ts';
import { paintFor, type Terminal } from '../terminal.ts';
import { historyText } from '../views/history-text.ts';

/** Prints a history as it is stored, one JSON object a line. */
export async function printHistory(
  lines: AsyncIterable<HistoryLine>,
  terminal: Terminal,
): Promise<number> {
  for await (const line of lines) terminal.out(`${writeLine(line)}\n`);
  return exitStatus.ok;
}

/** Replays a history up to the first tick that comes out otherwise; 1 when there is one. */
export async function replayHistory(
  lines: AsyncIterable<HistoryLine>,
  terminal: Terminal,
): Promise<number> {
  let replayed: Replayed | null = null;
  for await (const line of lines) {
    replayed = replayLine(replayed, line);
    if (replayed.deviation !== null) break;
  }
  const known = whole(replayed);
  const look = { paint: paintFor(terminal), timeZone: terminal.timeZone };
  terminal.out(historyText(known, look));
  return known.deviation === null ? exitStatus.ok : exitStatus.error;
}
