import type { Trace } from './trace.ts';

/** Marks in `isNew` the units that the new side serves at a share, without those sent back. */
export function placeUnits(
  trace: Trace,
  share: number,
  quarantined: readonly number[],
  isNew: Uint8Array,
): void {
  const { place } = trace.population;
  for (let unit = 0; unit < isNew.length; unit += 1)
    isNew[unit] = (place[unit] ?? 1) < share ? 1 : 0;
  for (const unit of quarantined) isNew[unit] = 0;
}

/** Requests, failures and true failure rates of the two cohorts in one moment. */
export interface CohortSums {
  newTotal: number;
  newBad: number;
  oldTotal: number;
  oldBad: number;
  newRate: number;
  oldRate: number;
  /** Failures that the migration itself caused, on either side. */
  extraErrors: number;
}

/** What the two cohorts did in a moment, given who is on the new side. */
export function sumCohorts(trace: Trace, moment: number, isNew: Uint8Array): CohortSums {
  const { requests, failed, newHarm, oldHarm, newRate, oldRate } = trace;
  const units = isNew.length;
  const sums = {
    newTotal: 0,
    newBad: 0,
    oldTotal: 0,
    oldBad: 0,
    newRate: 0,
    oldRate: 0,
    extraErrors: 0,
  };
  for (let unit = 0, cell = moment * units; unit < units; unit += 1, cell += 1) {
    const total = requests[cell] ?? 0;
    const own = failed[cell] ?? 0;
    const onNew = isNew[unit] === 1;
    const harm = (onNew ? newHarm[cell] : oldHarm[cell]) ?? 0;
    sums.extraErrors += harm;
    if (onNew) {
      sums.newTotal += total;
      sums.newBad += own + harm;
      sums.newRate += total * (newRate[cell] ?? 0);
    } else {
      sums.oldTotal += total;
      sums.oldBad += own + harm;
      sums.oldRate += total * (oldRate[cell] ?? 0);
    }
  }
  if (sums.newTotal > 0) sums.newRate /= sums.newTotal;
  if (sums.oldTotal > 0) sums.oldRate /= sums.oldTotal;
  return sums;
}
