import { addCounts, type BucketCounts, bucketCounts } from '../histogram/bucket-counts.ts';
import type { BucketLayout } from '../histogram/bucket-layout.ts';
import type {
  ComparisonCounts,
  LatencyCounts,
  MigrationEvidence,
  UnitCounts,
} from '../protocol/evidence.ts';

/** Durations of one cohort, kind and ramp group, from all SDKs, or from a provider of metrics. */
export interface TickLatency extends Omit<LatencyCounts, 'buckets'> {
  readonly durations: BucketCounts;
  /** What the bucket numbers mean; absent: the SDK's own, exponential at scale 4. */
  readonly layout?: BucketLayout;
}

/** What all instances saw of one migration since the tick before. */
export interface EvidenceTick {
  /** Epoch milliseconds by the control plane's clock. */
  readonly at: number;
  /** The lowest revision among the merged batches; null when no batch arrived. */
  readonly revision: number | null;
  /** Time since the tick before, in seconds. */
  readonly seconds: number;
  /** The same evidence by revision, lowest first; absent when all of it is of `revision`. */
  readonly parts?: readonly EvidenceTick[];
  readonly units: readonly UnitCounts[];
  readonly latency: readonly TickLatency[];
  readonly comparisons: readonly ComparisonCounts[];
}

function mergeBy<T>(items: readonly T[], key: (item: T) => string, add: (a: T, b: T) => T): T[] {
  const merged = new Map<string, T>();
  for (const item of items) {
    const before = merged.get(key(item));
    merged.set(key(item), before === undefined ? item : add(before, item));
  }
  return [...merged.values()];
}

function addComparisons(a: ComparisonCounts, b: ComparisonCounts): ComparisonCounts {
  const kinds: Record<string, number> = { ...a.kinds };
  for (const [kind, count] of Object.entries(b.kinds)) kinds[kind] = (kinds[kind] ?? 0) + count;
  return {
    unit: a.unit,
    compared: a.compared + b.compared,
    mismatched: a.mismatched + b.mismatched,
    void: a.void + b.void,
    kinds,
  };
}

type Counts = Pick<EvidenceTick, 'units' | 'latency' | 'comparisons'>;

/** What an SDK sent, as ticks have it. */
function countsOf({ units, latency, comparisons }: MigrationEvidence): Counts {
  const dense = latency.map(({ buckets, ...row }) => ({
    ...row,
    durations: bucketCounts(buckets),
  }));
  return { units, latency: dense, comparisons };
}

/** Counts of one unit, cohort and kind, or of one cohort, kind and ramp group, add up. */
function addUp(batches: readonly Counts[]): Counts {
  return {
    units: mergeBy(
      batches.flatMap((batch) => batch.units),
      (counts) => `${counts.cohort} ${counts.operation ?? ''} ${counts.unit}`,
      (a, b) => ({ ...a, requests: a.requests + b.requests, failed: a.failed + b.failed }),
    ),
    latency: mergeBy(
      batches.flatMap((batch) => batch.latency),
      (counts) => `${counts.cohort} ${counts.operation} ${counts.group ?? ''}`,
      (a, b) => ({ ...a, durations: addCounts(a.durations, b.durations) }),
    ),
    comparisons: mergeBy(
      batches.flatMap((batch) => batch.comparisons),
      (counts) => counts.unit,
      addComparisons,
    ),
  };
}

/**
 * One tick from the batches of all instances since the tick before. A long scope goes on under the
 * revision that it began under, so batches of several revisions arrive together for as long as it
 * lasts: each keeps to its own part.
 */
export function mergeEvidence(
  batches: readonly MigrationEvidence[],
  at: number,
  seconds: number,
): EvidenceTick {
  const revisions = [...new Set(batches.map((batch) => batch.revision))].toSorted((a, b) => a - b);
  const parts = revisions.map((revision) => ({
    at,
    revision,
    seconds,
    ...addUp(batches.filter((batch) => batch.revision === revision).map(countsOf)),
  }));
  return wholeOf(parts) ?? { at, revision: null, seconds, units: [], latency: [], comparisons: [] };
}

/** What of a tick was made under `revision` or a later one; null when nothing was. */
export function partSince(tick: EvidenceTick, revision: number): EvidenceTick | null {
  const parts = tick.parts ?? [tick];
  return wholeOf(parts.filter((part) => part.revision !== null && part.revision >= revision));
}

function wholeOf(parts: readonly EvidenceTick[]): EvidenceTick | null {
  const [first, ...later] = parts;
  if (first === undefined || later.length === 0) return first ?? null;
  return { ...first, parts, ...addUp(parts) };
}
