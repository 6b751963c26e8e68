import { addCounts, noCounts, totalCount } from '../../histogram/bucket-counts.ts';
import type { BucketLayout } from '../../histogram/bucket-layout.ts';
import { quantilePlace } from '../../histogram/quantile.ts';
import type { OneStream } from '../../statistics/one-sample-e-variable.ts';
import type { BaselineStream, BaselineTick, OperationDurations } from './baseline-streams.ts';

/** What the old side did in some stretch of time, columns aligned with the streams. */
export interface Slice {
  readonly seconds: number;
  /** Of streams of errors. */
  readonly total: readonly number[];
  readonly bad: readonly number[];
  readonly durations: OperationDurations;
}

export function emptySlice(streams: number): Slice {
  const zeros = Array.from({ length: streams }, () => 0);
  return { seconds: 0, total: zeros, bad: zeros, durations: { read: noCounts, write: noCounts } };
}

export function addToSlice(slice: Slice, tick: BaselineTick): Slice {
  return {
    seconds: slice.seconds + tick.seconds,
    total: slice.total.map((sum, at) => sum + (tick.errors[at]?.total ?? 0)),
    bad: slice.bad.map((sum, at) => sum + (tick.errors[at]?.bad ?? 0)),
    durations: mergeDurations(slice.durations, tick.durations),
  };
}

export function joinSlices(a: Slice, b: Slice): Slice {
  return {
    seconds: a.seconds + b.seconds,
    total: a.total.map((sum, at) => sum + (b.total[at] ?? 0)),
    bad: a.bad.map((sum, at) => sum + (b.bad[at] ?? 0)),
    durations: mergeDurations(a.durations, b.durations),
  };
}

function mergeDurations(a: OperationDurations, b: OperationDurations): OperationDurations {
  return { read: addCounts(a.read, b.read), write: addCounts(a.write, b.write) };
}

/** How high a stream stood in a slice. */
export interface Level {
  /** ln of the rate of errors, or of the quantile in seconds. */
  readonly level: number;
  /** Variance of `level` by chance. */
  readonly variance: number;
}

/** Fewer bad events than this tell nothing of a level. */
const fewestBad = 5;

/**
 * The variance of ln(quantile) is about this times 1 / (long durations), for shapes between the normal
 * and the log-normal of a service; too small a factor only makes the learned drift larger.
 */
const quantileFactor = 0.04;

/** The level of a stream in a slice; null where too little happened. */
export function levelOf(
  stream: BaselineStream,
  index: number,
  slice: Slice,
  layout: BucketLayout,
): Level | null {
  if (stream.kind === 'errors') return errorsLevel(slice, index);
  const { quantile } = stream.tolerate;
  const durations = slice.durations[stream.operation];
  const long = totalCount(durations) * (1 - quantile);
  const place = quantilePlace(durations, quantile);
  if (place === null || long < fewestBad || layout.kind !== 'exponential') return null;
  return {
    level: (place * Math.LN2) / 2 ** layout.scale,
    variance: quantileFactor / long,
  };
}

function errorsLevel(slice: Slice, index: number): Level | null {
  const counts: OneStream = { total: slice.total[index] ?? 0, bad: slice.bad[index] ?? 0 };
  if (counts.bad < fewestBad) return null;
  return { level: Math.log(counts.bad / counts.total), variance: 1 / counts.bad };
}
