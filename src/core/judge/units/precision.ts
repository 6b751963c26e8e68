import { comparisonVariance } from '../../statistics/comparison-error.ts';
import { unitDispersion } from '../../statistics/decayed-scatter.ts';
import { remembered } from '../../statistics/remembered.ts';
import type { UnitTable } from './unit-table.ts';

/** How exactly two cohorts can be compared. */
export interface Precision {
  /** How much more than independent failures they scatter; at least 1. */
  readonly dispersion: number;
  /** Standard deviation of ln(expected new rate / expected old rate). */
  readonly deviation: number;
}

/**
 * How exactly the cohorts of a tick can be compared: dispersion by the past and by the old cohort up
 * to the tick before, deviation by what is known of the units that are on either side in this one.
 */
export function precisionOf(before: UnitTable, { side, flow }: UnitTable): Precision {
  const { known } = before;
  if (known === null) return { dispersion: 1, deviation: 0 };
  return {
    dispersion: dispersionOf(before),
    deviation: Math.sqrt(comparisonVariance({ side, flow, ...known })),
  };
}

/** How much more than independent failures those of the old cohort scatter; at least 1. */
export const dispersionOf = remembered(({ known, fast, slow }: UnitTable): number => {
  if (known === null) return 1;
  return Math.max(known.dispersion, unitDispersion(fast) ?? 1, unitDispersion(slow) ?? 1);
});
