import { toleratedRate } from '../../src/core/statistics/two-streams.ts';
import { tolerance } from './policy.ts';
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

/** One cohort in one moment. */
interface CohortSum {
  readonly total: number;
  readonly bad: number;
  /** Of `bad`, what the migration itself caused. */
  readonly harmed: number;
  /** Its true failure rate, and what it would be without the migration. */
  readonly rate: number;
  readonly ownRate: number;
}

function sumCohort(trace: Trace, moment: number, isNew: Uint8Array, side: 0 | 1): CohortSum {
  const { requests, failed, ownRate: own } = trace;
  const harm = side === 1 ? trace.newHarm : trace.oldHarm;
  const rates = side === 1 ? trace.newRate : trace.oldRate;
  const units = isNew.length;
  let total = 0;
  let bad = 0;
  let harmed = 0;
  let rate = 0;
  let ownRate = 0;
  for (let unit = 0, cell = moment * units; unit < units; unit += 1, cell += 1) {
    if (isNew[unit] !== side) continue;
    const count = requests[cell] ?? 0;
    total += count;
    bad += failed[cell] ?? 0;
    harmed += harm[cell] ?? 0;
    rate += count * (rates[cell] ?? 0);
    ownRate += count * (own[cell] ?? 0);
  }
  const whole = Math.max(1, total);
  return { total, bad: bad + harmed, harmed, rate: rate / whole, ownRate: ownRate / whole };
}

/** Requests, failures and true failure rates of the two cohorts in one moment. */
export interface CohortSums {
  /** The moment's end, in seconds since the first exposure. */
  readonly at: number;
  readonly newTotal: number;
  readonly newBad: number;
  readonly oldTotal: number;
  readonly oldBad: number;
  readonly newRate: number;
  readonly oldRate: number;
  /** Whether the migration does more harm to the new side than is tolerated. */
  readonly isHarmed: boolean;
  /** Failures that the migration itself caused, on either side. */
  readonly extraErrors: number;
}

/** What the two cohorts did in a moment, given who is on the new side. */
export function sumCohorts(trace: Trace, moment: number, isNew: Uint8Array): CohortSums {
  const [old, fresh] = [sumCohort(trace, moment, isNew, 0), sumCohort(trace, moment, isNew, 1)];
  return {
    at: trace.moments[moment]?.at ?? 0,
    newTotal: fresh.total,
    newBad: fresh.bad,
    oldTotal: old.total,
    oldBad: old.bad,
    newRate: fresh.rate,
    oldRate: old.rate,
    isHarmed: fresh.rate > toleratedRate(fresh.ownRate, tolerance) + 1e-9,
    extraErrors: old.harmed + fresh.harmed,
  };
}
