import type { CohortSums } from '../stand.ts';

/** What a tool that scrapes once a minute sees of both cohorts. */
export interface Minute {
  /** Seconds since the first exposure, at the minute's end. */
  readonly at: number;
  readonly newTotal: number;
  readonly newBad: number;
  readonly oldTotal: number;
  readonly oldBad: number;
}

const minute = 60;

/** Sums of whole minutes over the moments since the first exposure. */
export function minutesOf(sums: readonly CohortSums[]): readonly Minute[] {
  const each = sums.filter(({ at }) => at <= minute).length;
  return Array.from({ length: Math.floor(sums.length / each) }, (_, index) => {
    const part = sums.slice(index * each, (index + 1) * each);
    const add = (key: 'newTotal' | 'newBad' | 'oldTotal' | 'oldBad'): number =>
      part.reduce((sum, moment) => sum + moment[key], 0);
    return {
      at: (index + 1) * minute,
      newTotal: add('newTotal'),
      newBad: add('newBad'),
      oldTotal: add('oldTotal'),
      oldBad: add('oldBad'),
    };
  });
}

/** When the `limit`-th failed minute ends, counted over the whole rollout; null when never. */
export function nthFailure(
  minutes: readonly Minute[],
  limit: number,
  fails: (minute: Minute) => boolean,
): number | null {
  return minutes.filter(fails)[limit - 1]?.at ?? null;
}
