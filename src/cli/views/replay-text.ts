import type { Decision } from '../../core/rollout/decision.ts';
import type { Difference } from '../../core/rollout/differences.ts';
import type { DecisionRecord, Replay } from '../../core/rollout/replay.ts';
import { clock, type Look, safe, table } from './words.ts';

/** The judge's memory, built up again from ticks. */
export interface MemoryReplay {
  readonly ticks: number;
  readonly differences: readonly Difference[];
}

/** More places than this say no more. */
const differencesShown = 10;

/** `crossfade replay DECISION`: what was decided, what it comes to now, and where they differ. */
export function replayText(
  record: DecisionRecord,
  again: Replay,
  memory: MemoryReplay | null,
  look: Look,
): string {
  const { decision, seq, input } = record;
  const rows = [
    ['stored', words(decision)],
    ['replayed', again.decision === null ? 'no decision' : words(again.decision)],
    ['verdicts', verdicts(again.decision ?? decision)],
    ['memory', memoryWords(memory)],
    ...again.otherVersions.map((version) => ['version', version]),
    ...differenceRows([...again.differences, ...(memory?.differences ?? [])]),
  ];
  const same = again.differences.length === 0;
  const head = same
    ? look.paint('green', 'the same to the last bit')
    : look.paint('red', 'NOT the same');
  const at = clock(input.now, input.now, look);
  return `${[`decision ${seq} of ${safe(record.checkpoint.rollout.id)}, ${at}: ${head}`, ...table(rows)].join('\n')}\n`;
}

function words({ action, step, reason, by }: Decision): string {
  return `${action}  ${step}  ${safe(reason)} (${safe(by)})`;
}

function verdicts({ measurements }: Decision): string {
  return measurements.map(({ guard, verdict }) => `${safe(guard)} ${verdict}`).join(', ');
}

function memoryWords(memory: MemoryReplay | null): string {
  if (memory === null) return 'ticks since the decision before are no longer kept';
  const same = memory.differences.length === 0 ? 'the same to the last bit' : 'NOT the same';
  return `${memory.ticks} ticks since the decision before judged again: ${same}`;
}

/** The first places that differ, then and now. */
export function differenceRows(differences: readonly Difference[]): string[][] {
  return differences
    .slice(0, differencesShown)
    .map((difference) => ['differs', differenceWords(difference)]);
}

function differenceWords({ where, stored, replayed }: Difference): string {
  return safe(`${where}: ${JSON.stringify(stored)} then, ${JSON.stringify(replayed)} now`);
}
