import { bucketCounts } from '../../src/core/histogram/bucket-counts.ts';
import type { EvidenceTick } from '../../src/core/judge/evidence-tick.ts';
import type { ComparisonCounts, Cohort } from '../../src/core/protocol/evidence.ts';

/** Requests of one cohort in a tick, spread evenly over units of their own. */
export interface CohortTick {
  readonly requests: number;
  readonly failed?: number;
  readonly units?: number;
  /** Durations by bucket; default: none. */
  readonly buckets?: Readonly<Record<string, number>>;
}

export interface TickParts {
  readonly at: number;
  readonly seconds?: number;
  readonly revision?: number | null;
  readonly canary?: CohortTick;
  readonly baseline?: CohortTick;
  readonly comparisons?: readonly ComparisonCounts[];
}

function unitsOf(cohort: Cohort, { requests, failed = 0, units = 1 }: CohortTick) {
  const part = (whole: number, index: number): number =>
    Math.floor(((index + 1) * whole) / units) - Math.floor((index * whole) / units);
  return Array.from({ length: units }, (_, index) => {
    const unit = `${cohort}-${index}`;
    return { unit, cohort, requests: part(requests, index), failed: part(failed, index) };
  }).map((counts) => ({ ...counts, failed: Math.min(counts.failed, counts.requests) }));
}

/** A tick of one second under revision 1, unless said otherwise. */
export function tickOf(parts: TickParts): EvidenceTick {
  const { at, seconds = 1, revision = 1, comparisons = [] } = parts;
  const cohorts = (['canary', 'baseline'] as const).flatMap((cohort) => {
    const tick = parts[cohort];
    return tick === undefined ? [] : { cohort, tick };
  });
  return {
    at,
    revision,
    seconds,
    units: cohorts.flatMap(({ cohort, tick }) => unitsOf(cohort, tick)),
    latency: cohorts.map(({ cohort, tick }) => {
      return { cohort, operation: 'read' as const, durations: bucketCounts(tick.buckets ?? {}) };
    }),
    comparisons,
  };
}

/** Clean comparisons of one unit, or some that mismatched. */
export function comparedUnit(unit: string, compared: number, mismatched = 0): ComparisonCounts {
  return {
    unit,
    compared,
    mismatched,
    void: 0,
    kinds: mismatched === 0 ? {} : { field: mismatched },
  };
}
