/**
 * Fewest active units that a cohort must show, when the smaller cohort is expected to have
 * `smallerCohort` active ones. `auto`: half of them, at most 20, at least 1.
 */
export function minimumUnits(units: number | 'auto', smallerCohort: number): number {
  if (units !== 'auto') return units;
  return Math.max(1, Math.min(20, Math.floor(smallerCohort / 2)));
}
