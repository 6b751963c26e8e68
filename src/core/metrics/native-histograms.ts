import { bucketCounts, totalCount } from '../histogram/bucket-counts.ts';
import type { BucketLayout } from '../histogram/bucket-layout.ts';
import { counterIncrease } from '../histogram/counter-increments.ts';
import { type Buckets, mergeBuckets } from '../histogram/exponential-histogram.ts';
import {
  boundsBetween,
  boundsOf,
  explicitBuckets,
  exponentialBuckets,
  type NativeBucket,
  nativeScale,
  zeroFloor,
} from '../histogram/native-buckets.ts';
import { explicitDurations } from '../received/durations-point.ts';
import type { GrownHistogram, HistogramWindow } from './grown-histogram.ts';
import { targetOf, targetsBefore } from './increments.ts';
import type { MetricSeries } from './metric-answer.ts';
import type { Doubt } from './metric-reading.ts';
import { doubt, labelsOf } from './read-value.ts';

/** A series whose samples all mean the same by the number of a bucket. */
interface Counter {
  readonly series: MetricSeries;
  readonly layout: BucketLayout;
  readonly samples: readonly (readonly [at: number, buckets: Buckets])[];
}

/**
 * Of native histograms of Prometheus: one series each, whose samples hold all buckets. Exponential ones
 * are brought to the coarsest scale that the series has in the window, at most our own, so that one that
 * gets coarser on the way is still a counter. Custom buckets become bounds; since empty ones are not told,
 * the bounds that any series shows are taken for all, but where they would cut a bucket.
 */
export function nativeHistograms(window: HistogramWindow): readonly GrownHistogram[] | Doubt {
  const { list, from, unit } = window;
  for (const series of list) {
    const fault = faultOf(series);
    if (fault !== null) return fault;
  }
  const known = targetsBefore(list, from);
  const scales = list.map((series) => nativeScale(bucketsOf(series)));
  const bounds = scales.includes(null) ? boundsOf(list.flatMap(bucketsOf)) : null;
  const grown: GrownHistogram[] = [];
  for (const [index, series] of list.entries()) {
    const scale = scales[index] ?? null;
    const counter =
      bounds === null && scale !== null
        ? exponentialCounter(series, scale, unit)
        : explicitCounter(series, bounds ?? [], unit);
    const read = grownOf(counter, from, known.has(targetOf(series)));
    if ('verdict' in read) return read;
    grown.push(read);
  }
  return grown;
}

function faultOf(series: MetricSeries): Doubt | null {
  const all = bucketsOf(series);
  if (all.some(({ right }) => right < 0)) {
    const words = `the series ${labelsOf(series)} has buckets below 0, where no duration is`;
    return doubt('providerError', words);
  }
  const odd = all.find(({ count }) => !Number.isFinite(count) || count < 0);
  if (odd === undefined) return null;
  return doubt('inconclusive', `the series ${labelsOf(series)} has ${odd.count} in a bucket`);
}

function bucketsOf({ histograms = [] }: MetricSeries): readonly NativeBucket[] {
  return histograms.flatMap(([, buckets]) => buckets);
}

function exponentialCounter(
  series: MetricSeries,
  scale: number,
  unit: HistogramWindow['unit'],
): Counter {
  const { histograms = [] } = series;
  const kind = 'exponential';
  const layout = { kind, scale, ...(unit === 'ms' && { perSecond: 1000 }) } as const;
  // A zero bucket that has been widened took in others: what it holds now is joined before, too.
  const floor = Math.max(...histograms.map(([, buckets]) => zeroFloor(buckets, scale)));
  const samples = histograms.map(
    ([at, buckets]) => [at, exponentialBuckets(buckets, layout, floor)] as const,
  );
  return { series, layout, samples };
}

function explicitCounter(
  series: MetricSeries,
  all: readonly number[],
  unit: HistogramWindow['unit'],
): Counter {
  const { histograms = [] } = series;
  const bounds = boundsBetween(all, bucketsOf(series));
  const samples = histograms.map(
    ([at, buckets]) => [at, explicitBuckets(buckets, bounds)] as const,
  );
  const inSeconds = unit === 's' ? bounds : bounds.map((bound) => bound / 1000);
  return { series, layout: { kind: 'explicit', bounds: inSeconds }, samples };
}

/** As `increments` takes the growth of plain counters. */
function grownOf(counter: Counter, from: number, isKnown: boolean): GrownHistogram | Doubt {
  const { series, layout, samples } = counter;
  let before: Buckets | null = isKnown ? {} : null;
  const gains: Buckets[] = [];
  for (const [at, buckets] of samples) {
    if (at > from && before !== null)
      gains.push(counterIncrease({ layout, buckets: before }, { layout, buckets }).buckets);
    before = buckets;
  }
  const gained = mergeBuckets(...gains);
  if (layout.kind === 'explicit') return explicitGrowth(series, layout.bounds, gained);
  const durations = bucketCounts(rounded(gained));
  return { series, requests: totalCount(durations), layout, durations };
}

function explicitGrowth(
  series: MetricSeries,
  bounds: readonly number[],
  gained: Buckets,
): GrownHistogram | Doubt {
  const counts = Array.from({ length: bounds.length + 1 }, (_, bucket) =>
    Math.round(gained[bucket] ?? 0),
  );
  const read = explicitDurations(bounds, counts);
  if (read === null) {
    const words = `the series ${labelsOf(series)} has ${bounds.length} bounds`;
    return doubt(
      'providerError',
      `${words}; a histogram of durations has one at least, and 500 at most`,
    );
  }
  return { ...read, series, requests: totalCount(read.durations) };
}

/** Recording rules and averages may leave parts of a duration. */
function rounded(buckets: Buckets): Buckets {
  return Object.fromEntries(
    Object.entries(buckets).map(([bucket, count]) => [bucket, Math.round(count)]),
  );
}
