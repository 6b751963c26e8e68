import type {
  ComparisonCounts,
  LatencyCounts,
  MigrationEvidence,
  UnitCounts,
} from '../protocol/evidence.ts';
import { mergeBuckets } from '../histogram/exponential-histogram.ts';

/** What all instances saw of one migration since the tick before. */
export interface EvidenceTick {
  /** Epoch milliseconds by the control plane's clock. */
  readonly at: number;
  /** The lowest revision among the merged batches; null when no batch arrived. */
  readonly revision: number | null;
  /** Time since the tick before, in seconds. */
  readonly seconds: number;
  readonly units: readonly UnitCounts[];
  readonly latency: readonly LatencyCounts[];
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

/**
 * One tick from the batches of all instances since the tick before. Batches of a revision below
 * `minRevision` are left out. Counts of one unit and cohort, or of one cohort and operation, add up.
 */
export function mergeEvidence(
  batches: readonly MigrationEvidence[],
  at: number,
  seconds: number,
  minRevision = 0,
): EvidenceTick {
  const counted = batches.filter((batch) => batch.revision >= minRevision);
  return {
    at,
    revision: counted.length === 0 ? null : Math.min(...counted.map((batch) => batch.revision)),
    seconds,
    units: mergeBy(
      counted.flatMap((batch) => batch.units),
      (counts) => `${counts.cohort} ${counts.unit}`,
      (a, b) => ({ ...a, requests: a.requests + b.requests, failed: a.failed + b.failed }),
    ),
    latency: mergeBy(
      counted.flatMap((batch) => batch.latency),
      (counts) => `${counts.cohort} ${counts.operation}`,
      (a, b) => ({ ...a, buckets: mergeBuckets(a.buckets, b.buckets) }),
    ),
    comparisons: mergeBy(
      counted.flatMap((batch) => batch.comparisons),
      (counts) => counts.unit,
      addComparisons,
    ),
  };
}
