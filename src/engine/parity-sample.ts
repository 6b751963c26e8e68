import type { ParitySample } from '../core/judge/parity-watch.ts';
import type { ParityRound, WholeRound } from './schema-migration/parity-rounds-store.ts';

/** What a round found is known for so long, and for three times as long as it took. Milliseconds. */
const lateMs = 900_000;

/**
 * What a guard takes in of the rounds.
 * @param round null before the first
 * @param at epoch milliseconds
 */
export function paritySample(round: ParityRound | null, at: number): ParitySample {
  if (round === null) {
    return { at, rows: null, roundEndedAt: null, note: 'the first round has not begun' };
  }
  const { status, differences, last } = round;
  const found = Math.max(differences, last?.differences ?? 0);
  const isKnown = found > 0 || (status !== 'failed' && isOfLate(last, at));
  const note = [underWay(round), wholeWords(last, at)].filter((words) => words !== '').join(', ');
  return { at, rows: isKnown ? found : null, roundEndedAt: last?.endedAt ?? null, note };
}

const isOfLate = (last: WholeRound | null, at: number): boolean =>
  last !== null && at - last.endedAt <= lateMs + 3 * last.tookMs;

function underWay({ status, compared, total, last, reason }: ParityRound): string {
  if (status === 'failed') return `the last round failed: ${reason ?? 'no reason given'}`;
  if (status !== 'pending' && status !== 'running') return '';
  const part = total === null || total === 0 ? `${compared} rows` : percentOf(compared, total);
  const waits = reason === null ? '' : ` (${reason})`;
  return `${part} of ${last === null ? 'the first' : 'this'} round${waits}`;
}

const percentOf = (compared: number, total: number): string =>
  `${Math.floor((100 * compared) / total)}%`;

function wholeWords(last: WholeRound | null, at: number): string {
  if (last === null) return '';
  const seconds = Math.max(0, Math.round((at - last.endedAt) / 1_000));
  const ago = seconds < 120 ? `${seconds} s` : `${Math.round(seconds / 60)} min`;
  return `last whole round, ${last.rows} rows, ${ago} ago`;
}
