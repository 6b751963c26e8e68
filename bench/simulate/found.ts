import { wilsonInterval } from '../../src/core/statistics/wilson-interval.ts';

/** Some rollouts, and in how many of them something was found. Times are seconds. */
export interface Found {
  readonly of: number;
  readonly found: number;
  /** 95 % interval of the part that is found. */
  readonly interval: readonly [number, number];
  /** Until half of all rollouts had found it, with a 95 % interval; Infinity where fewer than half did. */
  readonly median: number;
  readonly medianInterval: readonly [number, number];
}

/** When something was found in each rollout; Infinity where it was not. */
export function foundIn(seconds: readonly number[]): Found {
  const of = seconds.length;
  const sorted = seconds.toSorted((a, b) => a - b);
  const at = (rank: number): number =>
    sorted[Math.max(0, Math.min(of - 1, Math.round(rank)))] ?? Infinity;
  const found = sorted.filter(Number.isFinite).length;
  // Ranks between which the true median lies: a count of coin tosses, by its normal approximation.
  const half = 0.98 * Math.sqrt(of);
  return {
    of,
    found,
    interval: wilsonInterval(of, found),
    median: at((of - 1) / 2),
    medianInterval: [at((of - 1) / 2 - half), at((of - 1) / 2 + half)],
  };
}

/** `41% (35 to 47), 12.3 min (11 to 14)`. */
export function foundWords({ of, found, interval, median, medianInterval }: Found): string {
  const part = `${points(found / of)}% (${interval.map(points).join(' to ')})`;
  if (!Number.isFinite(median)) return part;
  return `${part}, ${minutes(median)} min (${medianInterval.map(minutes).join(' to ')})`;
}

function points(part: number): string {
  return String(Number((100 * part).toFixed(1)));
}

function minutes(seconds: number): string {
  return Number.isFinite(seconds) ? String(Number((seconds / 60).toPrecision(3))) : 'never';
}
