import { addCounts, type BucketCounts, totalCount } from '../histogram/bucket-counts.ts';
import type { BucketLayout } from '../histogram/bucket-layout.ts';
import { quantileBucket, quantilePlace } from '../histogram/quantile.ts';
import { type Tail, tailAbove, tailOf } from '../histogram/tail.ts';
import { sum } from '../statistics/column.ts';
import { addTick, type DecayedScatter, noDecayedScatter } from '../statistics/decayed-scatter.ts';
import { type GroupedCounts, groupSlots, noDurations, pooled } from './grouped-durations.ts';

/**
 * What the history says of each ramp group at one quantile, aligned by slot. Tenants differ: one has
 * ten times the rows of another and is slower for it on either side. So each group is held to its own
 * quantile, and which groups the new side happens to serve moves nothing.
 */
export interface Strata {
  /** Buckets between the group's own quantile and that of all groups; 0 for a group little known. */
  readonly offsets: readonly number[];
  /** How often the group is beyond its own quantile, as a part of how often all groups are. */
  readonly relative: readonly number[];
  /** Variance of the logarithm of `relative`, from how little is known of it. */
  readonly variance: readonly number[];
  /** Part of all durations that the group had. */
  readonly share: readonly number[];
  /**
   * How much units differ: a set of them with part `s` of all durations is long as often as all are,
   * give or take a variance of the logarithm of `diversity / s`.
   */
  readonly diversity: number;
}

/** Durations of one side in one tick, by slot. */
export interface StrataTick {
  readonly total: number;
  readonly tails: readonly Tail[];
}

export function strataTick(groups: GroupedCounts): StrataTick {
  const tails = groups.map((counts) => tailOf(counts));
  return { total: tails.reduce((sum, tail) => sum + tail.total, 0), tails };
}

/** A group needs so many durations beyond a quantile for a threshold of its own. */
const enoughLong = 20;

/** Long durations that are assumed beforehand, at the rate of all groups. */
const assumedLong = 5;

const alike: Strata = {
  offsets: noDurations.map(() => 0),
  relative: noDurations.map(() => 1),
  variance: noDurations.map(() => 0),
  share: noDurations.map(() => 0),
  diversity: 0,
};

/** The strata at a quantile, from durations of all groups on the old side. */
export function strataOf(history: GroupedCounts, quantile: number, layout: BucketLayout): Strata {
  const all = pooled(history);
  const middle = quantileBucket(all, quantile);
  const place = quantilePlace(all, quantile) ?? 0;
  const known = history.filter((counts) => totalCount(counts) > 0).length;
  if (middle === null || known < 2) return alike;
  const { tails } = strataTick(history);
  const offsets = history.map((counts, slot) => {
    const isKnown = (tails[slot]?.total ?? 0) * (1 - quantile) >= enoughLong;
    if (!isKnown || layout.kind !== 'exponential') return 0;
    return Math.round((quantilePlace(counts, quantile) ?? 0) - place);
  });
  const long = tails.map((tail, slot) => tailAbove(tail, middle + (offsets[slot] ?? 0)));
  const total = tails.reduce((sum, tail) => sum + tail.total, 0);
  const rate = long.reduce((sum, count) => sum + count, 0) / total;
  const relative = tails.map(
    (tail, slot) => ((long[slot] ?? 0) + assumedLong) / (tail.total * rate + assumedLong),
  );
  const variance = long.map((count) => (1 - rate) / (count + assumedLong));
  const share = tails.map((tail) => tail.total / total);
  return { offsets, relative, variance, share, diversity: diversityOf(tails, middle) };
}

/** By the method of moments: share × (ln of how often a group is long)², less chance, on average. */
function diversityOf(tails: readonly Tail[], bucket: number): number {
  const total = tails.reduce((sum, tail) => sum + tail.total, 0);
  const rate = tails.reduce((sum, tail) => sum + tailAbove(tail, bucket), 0) / total;
  const known = tails.filter((tail) => tail.total * rate >= enoughLong);
  if (known.length < 2) return 0;
  const squares = known.map((tail) => {
    const long = tailAbove(tail, bucket);
    const apart = Math.log((long + assumedLong) / (tail.total * rate + assumedLong));
    return (tail.total / total) * Math.max(0, apart * apart - (1 - rate) / (long + assumedLong));
  });
  return squares.reduce((sum, square) => sum + square, 0) / known.length;
}

/** Durations of all groups, each moved by its offset, so that one threshold fits all of them. */
export function alignedDurations(groups: GroupedCounts, { offsets }: Strata): BucketCounts {
  const moved = groups.map(({ offset, counts }, slot) => ({
    offset: offset - (offsets[slot] ?? 0),
    counts,
  }));
  return addCounts(...moved);
}

/** How many durations are above `bucket`, each group's counted at its own offset. */
export function countAboveStrata(side: StrataTick, bucket: number, { offsets }: Strata): number {
  return side.tails.reduce(
    (sum, tail, slot) => sum + tailAbove(tail, bucket + (offsets[slot] ?? 0)),
    0,
  );
}

/** One side of one tick at a threshold. */
export interface StrataCounts {
  readonly bad: number;
  /** How often this mix of groups is beyond its thresholds, as a part of how often all groups are. */
  readonly relative: number;
  /** Variance of the logarithm of `relative`. */
  readonly variance: number;
}

/**
 * One side at a threshold. `whole` says how many
 * durations each group had on both sides together: of a group that is split, as by a ring or by a
 * share between two ends, the history does not know which part is the slower one.
 */
export function countStrata(
  side: StrataTick,
  bucket: number,
  strata: Strata,
  whole: readonly number[],
): StrataCounts {
  let [expected, squares] = [0, 0];
  for (let slot = 0; slot < groupSlots; slot += 1) {
    const tail = side.tails[slot];
    if (tail === undefined || tail.total === 0) continue;
    const usual = tail.total * (strata.relative[slot] ?? 1);
    expected += usual;
    const part = tail.total / Math.max(tail.total, whole[slot] ?? 0);
    squares += usual * usual * ((strata.variance[slot] ?? 0) + partVariance(strata, slot, part));
  }
  if (side.total === 0) return { bad: 0, relative: 1, variance: 0 };
  const bad = countAboveStrata(side, bucket, strata);
  return { bad, relative: expected / side.total, variance: squares / (expected * expected) };
}

/** What is not known of a part of a group although the whole of it is known. */
function partVariance({ share, diversity }: Strata, slot: number, part: number): number {
  const size = part * (share[slot] ?? 0);
  return part === 1 || size === 0 ? 0 : ((1 - part) * diversity) / size;
}

/** Memories of how the old side's long durations spread over the groups, in seconds. */
const halfLives: readonly number[] = [120, 600];

/** The two memories, shortest first. */
export type StrataScatter = readonly DecayedScatter[];

export const noStrataScatter: StrataScatter = halfLives.map(() => noDecayedScatter);

/**
 * The memories after a tick of the old side, whose long durations are those above `bucket`. What is
 * expected of a group is its part of the tick's own long durations, so whatever makes all groups slow
 * at some time is no scatter.
 */
export function scatterStrata(
  scatter: StrataScatter,
  side: StrataTick,
  bucket: number,
  strata: Strata,
  seconds: number,
): StrataScatter {
  const counted = side.tails.map((tail, slot) =>
    tailAbove(tail, bucket + (strata.offsets[slot] ?? 0)),
  );
  const usual = side.tails.map((tail, slot) => tail.total * (strata.relative[slot] ?? 1));
  const whole = sum(usual);
  const rate = whole === 0 ? 0 : sum(counted) / whole;
  const expected = usual.map((count) => rate * count);
  return halfLives.map((halfLife, at) =>
    addTick(scatter[at] ?? noDecayedScatter, counted, expected, { seconds, halfLife }),
  );
}

/** Fewer long durations than this tell nothing of how they spread. */
const fewestLong = 50;

/** So many groups' worth of belief in independent durations stand beside what is seen. */
const assumedGroups = 8;

/**
 * How much more than independent durations the groups' counts scatter, at least 1, the larger of both
 * memories. Seen on the old side alone, where the migration can have done nothing. 1 while fewer than
 * two groups are known. `rate` is how many of all durations are long there.
 *
 * With weights w and long counts x the variance of one group's sum is Σ w² x (1 - rate), less the part
 * that goes into the common rate. Source: McCullagh & Nelder 1989, *Generalized linear models*, 4.5;
 * Rao & Scott 1992.
 */
export function strataDispersion(scatter: StrataScatter, rate: number): number {
  return Math.max(1, ...scatter.map((memory) => dispersionOf(memory, rate)));
}

function dispersionOf({ counted, expected, variance }: DecayedScatter, rate: number): number {
  const long = sum(expected);
  if (long < fewestLong || rate >= 1) return 1;
  let [squares, shares] = [0, 0];
  for (const [slot, mean] of expected.entries()) {
    squares += ((counted[slot] ?? 0) - mean) ** 2;
    shares += (mean / long) ** 2;
  }
  const groups = 1 / shares - 1;
  if (groups < 0.5) return 1;
  const scattered = squares / (variance * (1 - rate) * (1 - shares));
  return (scattered * groups + assumedGroups) / (groups + assumedGroups);
}
