import { countAbove, totalCount } from '../../histogram/bucket-counts.ts';
import { type BucketLayout, upperBound } from '../../histogram/bucket-layout.ts';
import { latencyLimit } from '../../histogram/latency-limit.ts';
import { quantileBucket } from '../../histogram/quantile.ts';
import { type EProcess, newProcess } from '../../statistics/e-process.ts';
import type { OneStream } from '../../statistics/one-sample-e-variable.ts';
import { upperRate } from '../../statistics/one-sample-bernoulli.ts';
import { driftAfter, type Drift } from './baseline-drift.ts';
import { jumpDispersion, type MinuteScatter } from './baseline-scatter.ts';
import type { Slice } from './baseline-slices.ts';
import type { BaselineStream } from './baseline-streams.ts';

/** What a stream did before an event, and what it is held to after it. */
export interface StreamReference {
  /** Durations above this bucket's upper bound were long before the event; null for errors. */
  readonly oldBucket: number | null;
  /** The limit at the moment of the event; null for errors. */
  readonly limitBucket: number | null;
  /** At most so many were bad before the event, as far as chance leaves that open. */
  readonly rate: number;
  /** More of them are tolerated by this factor, where buckets have no bound within the tolerance. */
  readonly ratio: number;
}

/** The time before an event, and the bets on having become worse since, aligned with the streams. */
export interface Reference {
  /** Epoch milliseconds of the event. */
  readonly at: number;
  /** Null for a stream of which too little was known. */
  readonly streams: readonly (StreamReference | null)[];
  readonly harm: readonly EProcess[];
  /** How much more than independent events each stream scattered until then, at least 1. */
  readonly dispersion: readonly number[];
}

/** A reference needs a placebo window's worth of seconds, and a stream so many events. */
const fewestSeconds = 300;
const fewestEvents = 100;

/**
 * Where a stream stood: as just before the event, since the longer time may hold a busier hour in which harm
 * would hide. Where the two differ by no more than chance the longer one, of which more is known.
 */
function referenceOf(
  stream: BaselineStream,
  index: number,
  recent: Slice,
  longer: Slice,
  layout: BucketLayout,
): StreamReference | null {
  const now = referenceIn(stream, index, recent, layout);
  const ever = referenceIn(stream, index, longer, layout);
  if (now === null || ever === null) return ever ?? now;
  const [lately, before] = [recent, longer].map((slice) =>
    countsIn(stream, index, slice, ever.oldBucket),
  ) as [OneStream, OneStream];
  const isHigher = lately.bad / lately.total > ever.rate;
  const isLower = upperRate(lately) < before.bad / before.total;
  return isHigher || isLower ? now : ever;
}

/** Events of a slice, and those that were bad: failed, or longer than a bucket's bound. */
function countsIn(
  stream: BaselineStream,
  index: number,
  slice: Slice,
  bucket: number | null,
): OneStream {
  if (stream.kind === 'errors') {
    return { total: slice.total[index] ?? 0, bad: slice.bad[index] ?? 0 };
  }
  const durations = slice.durations[stream.operation];
  return {
    total: totalCount(durations),
    bad: bucket === null ? 0 : countAbove(durations, bucket),
  };
}

function referenceIn(
  stream: BaselineStream,
  index: number,
  slice: Slice,
  layout: BucketLayout,
): StreamReference | null {
  if (stream.kind === 'errors') {
    const counts = countsIn(stream, index, slice, null);
    if (counts.total < fewestEvents) return null;
    return { oldBucket: null, limitBucket: null, rate: upperRate(counts), ratio: 1 };
  }
  const durations = slice.durations[stream.operation];
  const total = totalCount(durations);
  const oldBucket =
    total < fewestEvents ? null : quantileBucket(durations, stream.tolerate.quantile);
  if (oldBucket === null || !Number.isFinite(upperBound(layout, oldBucket))) return null;
  const { bucket: limitBucket, ratio } = latencyLimit(layout, oldBucket, stream.tolerate);
  const rate = upperRate(countsIn(stream, index, slice, oldBucket));
  return { oldBucket, limitBucket, rate, ratio };
}

/**
 * The time before an event as a reference: what was just before it, and a longer time that contains
 * that, or the same again. Null while less than five minutes of it are known.
 */
export function takeReference(
  streams: readonly BaselineStream[],
  { recent, longer }: { readonly recent: Slice; readonly longer: Slice },
  minutes: MinuteScatter,
  layout: BucketLayout,
  at: number,
): Reference | null {
  if (Math.max(recent.seconds, longer.seconds) < fewestSeconds) return null;
  return {
    at,
    streams: streams.map((stream, index) => referenceOf(stream, index, recent, longer, layout)),
    harm: streams.map(() => newProcess),
    dispersion: streams.map((_, index) => jumpDispersion(minutes, index)),
  };
}

/** What a stream is held to at some moment. */
export interface StreamLimit {
  readonly bucket: number | null;
  /** At most so many of all events may be bad. */
  readonly border: number;
}

const highestBorder = 0.95;

/** The limit `seconds` after the event: the tolerance, and how far the stream may have moved by itself. */
export function limitAfter(
  stream: BaselineStream,
  reference: StreamReference,
  drift: Drift,
  seconds: number,
  layout: BucketLayout,
): StreamLimit {
  const moved = driftAfter(stream, drift, seconds);
  if (stream.kind === 'errors') {
    const { ratio, add } = stream.tolerate;
    return {
      bucket: null,
      border: Math.min(highestBorder, ratio * reference.rate * Math.exp(moved) + add),
    };
  }
  const border = Math.min(highestBorder, reference.ratio * reference.rate);
  const { limitBucket } = reference;
  if (limitBucket === null) return { bucket: null, border };
  if (layout.kind === 'exponential') {
    const up = Math.ceil((moved * 2 ** layout.scale) / Math.LN2 - 1e-9);
    return { bucket: limitBucket + up, border };
  }
  const limit = upperBound(layout, limitBucket) * Math.exp(moved);
  const bucket = layout.bounds.findIndex((bound) => bound >= limit);
  return { bucket: bucket === -1 ? layout.bounds.length : bucket, border };
}
