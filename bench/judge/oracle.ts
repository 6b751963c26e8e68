import { logPoissonE } from '../../src/core/statistics/poisson-e-variable.ts';
import { budget, tolerance } from './policy.ts';
import type { CohortSums } from './stand.ts';

/**
 * When a judge stops that knows when the migration does harm and both true failure rates in advance,
 * and bets on nothing else. It has
 * the same tolerance, budget and ticks as ours; what it needs is a floor that no judge can go below.
 */
export function oracleErrors(sums: readonly CohortSums[]): number | null {
  let evidence = 0;
  for (const moment of sums) {
    if (!moment.isHarmed) continue;
    const { newRate, oldRate } = moment;
    evidence += logPoissonE(moment, { newRate, oldRate }, tolerance, 'harm');
    if (evidence >= -Math.log(budget)) return moment.at;
  }
  return null;
}
