import type { BaselineStream } from './baseline-streams.ts';
import type { Level } from './baseline-slices.ts';

/** Length of a placebo window, in seconds. */
export const windowSeconds = 300;

/** Windows that are remembered: 8 hours. The oldest are forgotten first. */
export const mostWindows = 96;

/** Levels of one stream in the placebo windows, oldest first; null where too little happened. */
export type Levels = readonly (Level | null)[];

/** Of one stream: the largest change between windows that lie 1, 2, 3 ... windows apart. */
export type Drift = readonly number[];

/** Changes over longer times than this many windows are extrapolated. */
const mostLags = 24;

/** So many standard deviations of chance are taken off a change before it counts as drift. */
const chance = 2;

/**
 * How far a stream has moved by itself, up or down, within each number of windows. A placebo: nothing
 * was done to the schema then, so what moved was the time of day or the traffic.
 */
export function learnDrift(levels: Levels): Drift {
  const lags = Math.min(mostLags, levels.length - 1);
  let largest = 0;
  return Array.from({ length: Math.max(0, lags) }, (_, at) => {
    for (let from = 0; from + at + 1 < levels.length; from += 1) {
      largest = Math.max(largest, change(levels[from] ?? null, levels[from + at + 1] ?? null));
    }
    return largest;
  });
}

function change(before: Level | null, after: Level | null): number {
  if (before === null || after === null) return 0;
  const noise = chance * Math.sqrt(before.variance + after.variance);
  return Math.max(0, Math.abs(after.level - before.level) - noise);
}

/**
 * What a stream may move by itself without having shown it: per hour, and at most. Errors that swing by
 * 30 % up and down in four hours rise by at most 0.5 in logarithm per hour and 0.62 in all.
 */
const assumed = {
  errors: { perHour: 0.5, most: Math.LN2 },
  latency: { perHour: 0.15, most: 0.3 },
} as const;

/**
 * How far a stream may have moved by itself `seconds` after its reference, as a difference of
 * logarithms: what is assumed of every service, or what this one has shown, whichever is more. Beyond
 * what was seen a rhythm grows at most in proportion: a change over k windows is no larger than k times
 * the largest change over one.
 */
export function driftAfter(stream: BaselineStream, drift: Drift, seconds: number): number {
  const { perHour, most } = assumed[stream.kind];
  const usual = Math.min(most, (perHour * Math.max(0, seconds)) / 3600);
  const windows = Math.max(1, Math.ceil(seconds / windowSeconds));
  const longest = drift.at(-1) ?? 0;
  const shown =
    windows <= drift.length
      ? (drift[windows - 1] ?? 0)
      : drift.length === 0
        ? 0
        : (longest * windows) / drift.length;
  return Math.max(usual, shown);
}
