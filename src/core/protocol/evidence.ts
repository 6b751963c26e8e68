import type { Side } from './route.ts';

/** `canary`: units served by the new side. `baseline`: units served by the old side at the same time. */
export type Cohort = 'canary' | 'baseline';

/** Kinds of difference between the two sides' answers. */
export type MismatchKind = 'missing' | 'extra' | 'field' | 'order' | 'error';

/** What an operation does. Each kind is judged by itself: writes that go well hide no failing reads. */
export type OperationKind = 'read' | 'write';

/** Operations of one unit, cohort and kind since the last batch. `failed` ≤ `requests`. */
export interface UnitCounts {
  readonly unit: string;
  readonly cohort: Cohort;
  /** Absent where the source cannot tell; the SDK always can. */
  readonly operation?: OperationKind;
  readonly requests: number;
  /** Operations whose own side failed, whether or not a fallback answered the caller. */
  readonly failed: number;
}

/**
 * Durations of one cohort and ramp group as a sparse exponential histogram of scale 4 in seconds:
 * bucket `i` counts durations in (2^(i/16), 2^((i+1)/16)] (OTLP's indexing).
 */
export interface LatencyCounts {
  readonly cohort: Cohort;
  readonly operation: OperationKind;
  /** The units' ramp group, 0 to 9 (see `core/cohort/ramp-group.ts`); absent when not known. */
  readonly group?: number;
  readonly buckets: Readonly<Record<string, number>>;
}

/** Shadow comparisons of one unit since the last batch; `mismatched` counts confirmed ones only. */
export interface ComparisonCounts {
  readonly unit: string;
  readonly compared: number;
  readonly mismatched: number;
  /** Comparisons thrown away because a write of the same unit overlapped, or the limit ran out. */
  readonly void: number;
  readonly kinds: Readonly<Partial<Record<MismatchKind, number>>>;
}

/** What one instance saw of one migration, under one revision, since its last batch. */
export interface MigrationEvidence {
  readonly migration: string;
  readonly revision: number;
  /** Epoch milliseconds by the instance's clock; for people, never for judging. */
  readonly fromMs: number;
  readonly toMs: number;
  readonly units: readonly UnitCounts[];
  readonly latency: readonly LatencyCounts[];
  readonly comparisons: readonly ComparisonCounts[];
  readonly fallbacks: number;
  /** Calls that belong to no unit; those that were served are also counted among `units`. */
  readonly withoutUnit: number;
  /** Operations answered by each side, fallbacks counted where they were answered. */
  readonly served: Readonly<Record<Side, number>>;
}
