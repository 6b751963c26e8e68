import type { HistoryEntry } from '../history-entry.ts';
import { alignedLines } from './aligned-lines.ts';
import { clock, type Look, safe } from './words.ts';

/** `crossfade history NAME`: a line for each thing that happened, oldest first. Wide: what it can be looked up by. */
export function eventsText(
  events: readonly HistoryEntry[],
  now: number,
  look: Look,
  isWide = false,
): string {
  if (events.length === 0) return 'nothing has happened\n';
  const head = ['AT', 'WHO', 'WHAT', 'WHY', ...(isWide ? ['KIND', 'ID'] : [])];
  const rows = events.map(({ at, by, what, why, kind, id }) => [
    clock(at, now, look),
    safe(by),
    safe(what),
    safe(why),
    ...(isWide ? [kind, safe(id)] : []),
  ]);
  return alignedLines([head, ...rows]);
}
