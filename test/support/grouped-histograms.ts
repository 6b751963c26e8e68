import { bucketCounts } from '../../src/core/histogram/bucket-counts.ts';
import { type GroupedCounts, noDurations } from '../../src/core/judge/grouped-durations.ts';

/** Durations by ramp group and bucket. */
export function grouped(groups: Readonly<Record<number, Record<string, number>>>): GroupedCounts {
  return noDurations.map((_, slot) => bucketCounts(groups[slot] ?? {}));
}
