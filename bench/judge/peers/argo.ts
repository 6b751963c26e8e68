import { earlier, type Minute, nthFailure } from './minutes.ts';

const leastSuccess = 0.95;
const mostSeconds = 0.5;
const failureLimit = 3;

/**
 * The analysis of Argo Rollouts' documentation: `successCondition: result >= 0.95` every minute,
 * `failureLimit: 3`, and the same for a p99 of at most 500 ms. A metric fails when more measurements
 * than the limit have failed, counted over the whole run, and the first that fails ends the run.
 * Without a request the result is NaN, which is no success (argoproj/argo-rollouts, `analysis.go`,
 * `evaluate.go`).
 */
export function argo(minutes: readonly Minute[]): number | null {
  return earlier(
    nthFailure(
      minutes,
      failureLimit + 1,
      ({ newTotal, newBad }) => newTotal === 0 || 1 - newBad / newTotal < leastSuccess,
    ),
    nthFailure(
      minutes,
      failureLimit + 1,
      ({ newP99 }) => newP99 !== null && !(newP99 <= mostSeconds),
    ),
  );
}

const mostRatio = 2;
const leastDifference = 0.001;
const mostSlower = 1.25;

/**
 * The same with queries that compare, as users write for themselves: a minute fails when the new side
 * fails more than twice as often as the old side and by more than 0.1 points, or when its p99 is more
 * than a quarter higher.
 */
export function argoRelative(minutes: readonly Minute[]): number | null {
  return earlier(
    nthFailure(minutes, failureLimit + 1, ({ newTotal, newBad, oldTotal, oldBad }) => {
      if (newTotal === 0) return true;
      const oldRate = oldTotal === 0 ? 0 : oldBad / oldTotal;
      const newRate = newBad / newTotal;
      return newRate > mostRatio * oldRate && newRate - oldRate > leastDifference;
    }),
    nthFailure(
      minutes,
      failureLimit + 1,
      ({ newP99, oldP99 }) => newP99 !== null && !(newP99 <= mostSlower * (oldP99 ?? 0)),
    ),
  );
}
