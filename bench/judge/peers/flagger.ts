import { type Minute, nthFailure } from './minutes.ts';

const leastSuccess = 0.99;
const mostSeconds = 0.5;
const threshold = 5;

/**
 * Flagger's rule with the values of its documentation: `request-success-rate` of at least 99 % and
 * `request-duration` (p99) of at most 500 ms over each minute, rolled back when `threshold: 5` checks
 * have failed. Failed checks are counted over the whole analysis and never forgiven, and a minute
 * without a request is one (fluxcd/flagger, `scheduler.go`, `scheduler_metrics.go`). Its scheduler
 * acts one tick after the fifth failure; its documentation says interval times threshold, and that is
 * what is taken here.
 */
export function flagger(minutes: readonly Minute[]): number | null {
  return nthFailure(minutes, threshold, ({ newTotal, newBad, newP99 }) => {
    if (newTotal === 0 || 1 - newBad / newTotal < leastSuccess) return true;
    return newP99 !== null && !(newP99 <= mostSeconds);
  });
}
