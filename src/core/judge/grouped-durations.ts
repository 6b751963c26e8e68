import {
  type BucketLayout,
  commonLayout,
  convertBuckets,
  isSameLayout,
  ownLayout,
} from '../histogram/bucket-layout.ts';
import { type Buckets, mergeBuckets, totalCount } from '../histogram/exponential-histogram.ts';
import { rampGroups } from '../cohort/ramp-group.ts';
import type { Cohort } from '../protocol/evidence.ts';
import type { EvidenceTick, TickLatency } from './evidence-tick.ts';

/** Durations by ramp group; the last one holds those of units whose group is not known. */
export type GroupedBuckets = readonly Buckets[];

/** Ramp groups, and one for units whose group is not known. */
export const groupSlots = rampGroups + 1;

/** The slot of durations whose group is not known. */
export const unknownGroup = rampGroups;

export const noDurations: GroupedBuckets = Array.from({ length: groupSlots }, () => ({}));

/** The sum of grouped histograms of one layout; none of them is changed. */
export function mergeGrouped(a: GroupedBuckets, b: GroupedBuckets): GroupedBuckets {
  return noDurations.map((none, slot) => mergeBuckets(a[slot] ?? none, b[slot] ?? none));
}

/** All groups together. */
export function pooled(groups: GroupedBuckets): Buckets {
  return mergeBuckets(...groups);
}

/** All groups of each cohort together. */
export function pooledByCohort(
  cohorts: Readonly<Record<Cohort, GroupedBuckets>>,
): Readonly<Record<Cohort, Buckets>> {
  return { canary: pooled(cohorts.canary), baseline: pooled(cohorts.baseline) };
}

/** How many durations there are in all groups. */
export function groupedTotal(groups: GroupedBuckets): number {
  return groups.reduce((sum, buckets) => sum + totalCount(buckets), 0);
}

/** The same durations in a coarser layout. */
export function convertGrouped(
  groups: GroupedBuckets,
  from: BucketLayout,
  to: BucketLayout,
): GroupedBuckets {
  return isSameLayout(from, to)
    ? groups
    : groups.map((buckets) => convertBuckets(buckets, from, to));
}

/** The finest layout that a tick's histograms share; null for a tick without durations. */
export function layoutOf(tick: EvidenceTick): BucketLayout | null {
  return tick.latency.reduce<BucketLayout | null>((common, { layout = ownLayout }) => {
    return common === null ? layout : (commonLayout(common, layout) ?? common);
  }, null);
}

/**
 * The durations of a tick in `layout`, by group, of the rows that are wanted. A histogram that cannot
 * be brought to that layout is left out.
 */
export function tickDurations(
  tick: EvidenceTick,
  layout: BucketLayout,
  isWanted: (row: TickLatency) => boolean,
): GroupedBuckets {
  const slots: Buckets[][] = noDurations.map(() => []);
  for (const row of tick.latency) {
    if (!isWanted(row)) continue;
    const from = row.layout ?? ownLayout;
    const common = commonLayout(from, layout);
    if (common === null || !isSameLayout(common, layout)) continue;
    slots[row.group ?? unknownGroup]?.push(convertBuckets(row.buckets, from, layout));
  }
  return slots.map((list) => mergeBuckets(...list));
}

/** As `tickDurations`, of each cohort. */
export function cohortDurations(
  tick: EvidenceTick,
  layout: BucketLayout,
): Readonly<Record<Cohort, GroupedBuckets>> {
  const of = (cohort: Cohort): GroupedBuckets =>
    tickDurations(tick, layout, (row) => row.cohort === cohort);
  return { canary: of('canary'), baseline: of('baseline') };
}
