import { addCounts, type BucketCounts, noCounts, totalCount } from '../histogram/bucket-counts.ts';
import {
  type BucketLayout,
  commonLayout,
  convertCounts,
  isSameLayout,
  ownLayout,
} from '../histogram/bucket-layout.ts';
import { rampGroups } from '../cohort/ramp-group.ts';
import type { Cohort, OperationKind } from '../protocol/evidence.ts';
import type { EvidenceTick } from './evidence-tick.ts';

/** Durations by ramp group; the last one holds those of units whose group is not known. */
export type GroupedCounts = readonly BucketCounts[];

/** Ramp groups, and one for units whose group is not known. */
export const groupSlots = rampGroups + 1;

/** The slot of durations whose group is not known. */
export const unknownGroup = rampGroups;

export const noDurations: GroupedCounts = Array.from({ length: groupSlots }, () => noCounts);

/** The sum of grouped histograms of one layout; none of them is changed. */
export function mergeGrouped(a: GroupedCounts, b: GroupedCounts): GroupedCounts {
  return noDurations.map((none, slot) => addCounts(a[slot] ?? none, b[slot] ?? none));
}

/** All groups together. */
export function pooled(groups: GroupedCounts): BucketCounts {
  return addCounts(...groups);
}

/** All groups of each cohort together. */
export function pooledByCohort(
  cohorts: Readonly<Record<Cohort, GroupedCounts>>,
): Readonly<Record<Cohort, BucketCounts>> {
  return { canary: pooled(cohorts.canary), baseline: pooled(cohorts.baseline) };
}

/** How many durations there are in all groups. */
export function groupedTotal(groups: GroupedCounts): number {
  return groups.reduce((sum, counts) => sum + totalCount(counts), 0);
}

/** The same durations in a coarser layout. */
export function convertGrouped(
  groups: GroupedCounts,
  from: BucketLayout,
  to: BucketLayout,
): GroupedCounts {
  return isSameLayout(from, to) ? groups : groups.map((counts) => convertCounts(counts, from, to));
}

/** The finest layout that a tick's histograms share; null for a tick without durations. */
export function layoutOf(tick: EvidenceTick): BucketLayout | null {
  return tick.latency.reduce<BucketLayout | null>((common, { layout = ownLayout }) => {
    return common === null ? layout : (commonLayout(common, layout) ?? common);
  }, null);
}

/** Durations of one cohort, kind and ramp group in one tick. */
export interface DurationsRow {
  readonly cohort: Cohort;
  readonly operation: OperationKind;
  readonly slot: number;
  readonly counts: BucketCounts;
}

/** The durations of a tick, read in one layout for all that is made of them. */
export interface DurationsRead {
  readonly layout: BucketLayout;
  readonly rows: readonly DurationsRow[];
}

/** A tick's durations in `layout`. A histogram that cannot be brought to it is left out. */
export function readDurations(tick: EvidenceTick, layout: BucketLayout): DurationsRead {
  const rows = tick.latency.flatMap((row): readonly DurationsRow[] => {
    const { cohort, operation, group = unknownGroup, layout: from = ownLayout } = row;
    const common = commonLayout(from, layout);
    if (common === null || !isSameLayout(common, layout)) return [];
    const counts = convertCounts(row.durations, from, layout);
    return [{ cohort, operation, slot: group, counts }];
  });
  return { layout, rows };
}

/** The durations of the rows that are wanted, by group. */
export function groupedDurations(
  { rows }: DurationsRead,
  isWanted: (row: DurationsRow) => boolean,
): GroupedCounts {
  const slots: BucketCounts[][] = noDurations.map(() => []);
  for (const row of rows) if (isWanted(row)) slots[row.slot]?.push(row.counts);
  return slots.map((list) => addCounts(...list));
}

/** The durations of each cohort, by group. */
export function cohortDurations(read: DurationsRead): Readonly<Record<Cohort, GroupedCounts>> {
  const of = (cohort: Cohort): GroupedCounts =>
    groupedDurations(read, (row) => row.cohort === cohort);
  return { canary: of('canary'), baseline: of('baseline') };
}
