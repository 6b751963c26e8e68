import { type Minute, nthFailure } from './minutes.ts';

const leastSuccess = 0.95;
const failureLimit = 3;

/**
 * The analysis of Argo Rollouts' documentation: `successCondition: result >= 0.95` every minute,
 * `failureLimit: 3`. A run fails when more measurements than the limit have failed, counted over the
 * whole run; without a request the ratio is NaN, which is no success (argoproj/argo-rollouts,
 * `analysis.go`, `evaluate.go`).
 */
export function argoErrors(minutes: readonly Minute[]): number | null {
  return nthFailure(
    minutes,
    failureLimit + 1,
    ({ newTotal, newBad }) => newTotal === 0 || 1 - newBad / newTotal < leastSuccess,
  );
}

const mostRatio = 2;
const leastDifference = 0.001;

/**
 * The same with a query that compares, as users write for themselves: a minute fails when the new
 * side fails more than twice as often as the old side and by more than 0.1 points.
 */
export function argoRelativeErrors(minutes: readonly Minute[]): number | null {
  return nthFailure(minutes, failureLimit + 1, ({ newTotal, newBad, oldTotal, oldBad }) => {
    if (newTotal === 0) return true;
    const oldRate = oldTotal === 0 ? 0 : oldBad / oldTotal;
    const newRate = newBad / newTotal;
    return newRate > mostRatio * oldRate && newRate - oldRate > leastDifference;
  });
}
