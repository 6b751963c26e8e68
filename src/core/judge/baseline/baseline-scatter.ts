import type { OneStream } from '../../statistics/one-sample-e-variable.ts';

/**
 * How much more than independent events a stream's counts jump from minute to minute: columns aligned
 * with the streams. Jumps, not levels: a stream that rises and stays up jumps once.
 */
export interface MinuteScatter {
  /** Length of the current minute so far, in seconds. */
  readonly seconds: number;
  readonly total: readonly number[];
  readonly bad: readonly number[];
  /** The minute before; zeros before there was one. */
  readonly lastTotal: readonly number[];
  readonly lastBad: readonly number[];
  /** Squared jumps and what chance makes of them, forgotten with a half-life. */
  readonly jumps: readonly number[];
  readonly chance: readonly number[];
}

export function noMinutes(streams: number): MinuteScatter {
  const zeros = Array.from({ length: streams }, () => 0);
  return {
    seconds: 0,
    total: zeros,
    bad: zeros,
    lastTotal: zeros,
    lastBad: zeros,
    jumps: zeros,
    chance: zeros,
  };
}

const minuteSeconds = 60;

/** Minutes after which a jump counts half. */
const halfLife = 60;

/** The scatter after a tick, with what each stream did in it. */
export function addToMinute(
  minutes: MinuteScatter,
  counts: readonly OneStream[],
  seconds: number,
): MinuteScatter {
  const total = minutes.total.map((sum, at) => sum + (counts[at]?.total ?? 0));
  const bad = minutes.bad.map((sum, at) => sum + (counts[at]?.bad ?? 0));
  const elapsed = minutes.seconds + seconds;
  return elapsed < minuteSeconds
    ? { ...minutes, seconds: elapsed, total, bad }
    : endMinute(minutes, total, bad);
}

function endMinute(
  { lastTotal, lastBad, jumps, chance }: MinuteScatter,
  total: readonly number[],
  bad: readonly number[],
): MinuteScatter {
  const kept = 2 ** (-1 / halfLife);
  const [nextJumps, nextChance] = [jumps.slice(), chance.slice()];
  for (const [at, events] of total.entries()) {
    const before = lastTotal[at] ?? 0;
    if (before === 0 || events === 0) continue;
    const rate = ((lastBad[at] ?? 0) + (bad[at] ?? 0)) / (before + events);
    const jump = (bad[at] ?? 0) / events - (lastBad[at] ?? 0) / before;
    nextJumps[at] = (nextJumps[at] ?? 0) * kept + jump * jump;
    nextChance[at] = (nextChance[at] ?? 0) * kept + rate * (1 - rate) * (1 / before + 1 / events);
  }
  const zeros = total.map(() => 0);
  return {
    seconds: 0,
    total: zeros,
    bad: zeros,
    lastTotal: total,
    lastBad: bad,
    jumps: nextJumps,
    chance: nextChance,
  };
}

/** The scatter with counting begun anew, as when thresholds moved; what was learned stays. */
export function restartMinutes(minutes: MinuteScatter): MinuteScatter {
  const zeros = minutes.total.map(() => 0);
  return { ...minutes, seconds: 0, total: zeros, bad: zeros, lastTotal: zeros, lastBad: zeros };
}

/** How much more than independent events a stream jumps, at least 1; 1 while nothing is known. */
export function jumpDispersion({ jumps, chance }: MinuteScatter, index: number): number {
  const expected = chance[index] ?? 0;
  return expected <= 0 ? 1 : Math.max(1, (jumps[index] ?? 0) / expected);
}
