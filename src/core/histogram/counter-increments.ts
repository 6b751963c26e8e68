import { type BucketLayout, commonLayout, convertBuckets, isSameLayout } from './bucket-layout.ts';
import type { Buckets } from './exponential-histogram.ts';

/** A histogram counter as a scrape shows it: how many durations each bucket has held since a start. */
export interface HistogramCounter {
  readonly layout: BucketLayout;
  readonly buckets: Buckets;
}

/** All series of one scrape, by name. Series of one scrape share its time, epoch milliseconds. */
export interface HistogramScrape {
  readonly at: number;
  readonly series: ReadonlyMap<string, HistogramCounter>;
}

/** What happened between two scrapes. */
export interface HistogramIncrease {
  readonly at: number;
  readonly seconds: number;
  readonly series: ReadonlyMap<string, HistogramCounter>;
}

/** True when a counter began anew: one of its buckets holds less than before. */
function hasBegunAnew(before: Buckets, now: Buckets): boolean {
  for (const bucket in before) if ((now[bucket] ?? 0) < (before[bucket] ?? 0)) return true;
  return false;
}

/**
 * The durations that a counter gained between two scrapes. After a reset that is all of the new value.
 * When the resolution was lowered in between, both are brought to the common one first; when it was
 * raised, or the buckets cannot be compared, the counter has begun anew.
 */
export function counterIncrease(before: HistogramCounter, now: HistogramCounter): HistogramCounter {
  const layout = commonLayout(before.layout, now.layout);
  if (layout === null || !isSameLayout(layout, now.layout)) return now;
  const earlier = convertBuckets(before.buckets, before.layout, layout);
  if (hasBegunAnew(earlier, now.buckets)) return now;
  const gained: Record<string, number> = {};
  for (const bucket in now.buckets) {
    const more = (now.buckets[bucket] ?? 0) - (earlier[bucket] ?? 0);
    if (more > 0) gained[bucket] = more;
  }
  return { layout, buckets: gained };
}

/**
 * The increase of every series from one scrape to the next, all over the same time. A series that the
 * scrape before did not have began since then and counts in full. Null, no tick, for the first scrape
 * and for one that is not newer: a scrape that is missing is no tick either, for the next one covers
 * its time too. `before` must be the last scrape that succeeded; it takes in series that were missing
 * from later ones by `keepSeries`.
 */
export function scrapeIncrease(
  before: HistogramScrape | null,
  now: HistogramScrape,
): HistogramIncrease | null {
  if (before === null || now.at <= before.at) return null;
  const series = new Map<string, HistogramCounter>();
  for (const [name, counter] of now.series) {
    const known = before.series.get(name);
    series.set(name, known === undefined ? counter : counterIncrease(known, counter));
  }
  return { at: now.at, seconds: (now.at - before.at) / 1000, series };
}

/** The scrape to compare the next one with: series that are missing now keep their last value. */
export function keepSeries(before: HistogramScrape | null, now: HistogramScrape): HistogramScrape {
  if (before === null) return now;
  if (now.at <= before.at) return before;
  return { at: now.at, series: new Map([...before.series, ...now.series]) };
}
