/** The judge's own processes on a typical course of events, from `begin` on. Times are seconds. */
export interface EvidencePath<State> {
  readonly begin: State;
  /** The state after all that happens between two times. */
  readonly advance: (state: State, from: number, to: number) => State;
  /** ln of the evidence. */
  readonly log: (state: State) => number;
  /** A time that no stretch may run across, such as the end of the warm-up. */
  readonly border?: number;
}

/** Each stretch is so much longer than all before it: far finer than the forecast is exact. */
const growth = 0.1;

/**
 * Seconds until the evidence reaches `needed` (natural logarithm), at least 1; null when that takes
 * longer than `horizon`. E-variables are linear in their counts, so a stretch of any length takes one
 * step of the process, and a day takes about 100.
 */
export function timeUntil<State>(
  path: EvidencePath<State>,
  needed: number,
  horizon: number,
): number | null {
  let [state, at, log] = [path.begin, 0, 0];
  const border = path.border ?? 0;
  while (at < horizon) {
    const far = Math.min(horizon, at + Math.max(1, growth * at));
    const next = at < border && border < far ? border : far;
    state = path.advance(state, at, next);
    const now = path.log(state);
    if (now >= needed) return Math.max(1, at + ((next - at) * (needed - log)) / (now - log));
    [at, log] = [next, now];
  }
  return null;
}

/** Standard normal quantiles: how unlucky a course of events is. */
export const luck = { median: 0, of80Percent: 0.8416, of90Percent: 1.2816 } as const;

/** Two cohorts: how many events per second there are, and which part of them is bad. */
export interface CohortRates {
  readonly newPerSecond: number;
  readonly newRate: number;
  readonly oldPerSecond: number;
  readonly oldRate: number;
}

/** Bad events of both cohorts. */
export interface BadCounts {
  readonly newBad: number;
  readonly oldBad: number;
}

/**
 * Bad events after `seconds`: the expected ones, and `sigmas` standard deviations of the evidence more
 * on the new side and fewer on the old, shared out as is likeliest. Near the border ln E moves by a new
 * event against an old one as 1/newPerSecond : -1/oldPerSecond; hence the direction (normal
 * approximation).
 */
function badAfter(rates: CohortRates, sigmas: number, seconds: number): BadCounts {
  const { newPerSecond, newRate, oldPerSecond, oldRate } = rates;
  const [newMean, oldMean] = [newPerSecond * newRate, oldPerSecond * oldRate];
  const [newVariance, oldVariance] = [newMean * (1 - newRate), oldMean * (1 - oldRate)];
  const whole = Math.sqrt(newVariance * oldPerSecond ** 2 + oldVariance * newPerSecond ** 2);
  const off = whole === 0 ? 0 : (sigmas * Math.sqrt(seconds)) / whole;
  return {
    newBad: Math.max(0, newMean * seconds + off * newVariance * oldPerSecond),
    oldBad: Math.max(0, oldMean * seconds - off * oldVariance * newPerSecond),
  };
}

/** Bad events between two times. */
export function badBetween(
  rates: CohortRates,
  sigmas: number,
  from: number,
  to: number,
): BadCounts {
  const [before, after] = [badAfter(rates, sigmas, from), badAfter(rates, sigmas, to)];
  return { newBad: after.newBad - before.newBad, oldBad: after.oldBad - before.oldBad };
}
