import type { Measurement } from '../judge/measurement.ts';
import {
  isCompareGuard,
  isHealthGuard,
  isParityGuard,
  type ThresholdGuard,
} from '../policy/guard.ts';
import type { Context } from './context.ts';
import type { AnsweredHarm, Rollout } from './rollout.ts';

/** The longest that windows of a target's health may be apart without a gap that is noData. Milliseconds. */
const healthWindowMs = 3_000;

/** What fails at the moment at which a person says go on. */
export function answerHarm({ observations, now }: Context): readonly AnsweredHarm[] {
  return observations.measurements
    .filter(({ verdict }) => verdict === 'fail')
    .map((measurement) => ({ measurement, at: now }));
}

/** A guard that has passed since is answered no more: it counts anew when it fails again. */
export function keepAnswered({ rollout, observations }: Context): Rollout {
  const { answeredHarm } = rollout;
  if (answeredHarm === undefined) return rollout;
  const passes = (guard: string): boolean =>
    observations.measurements.some((one) => one.guard === guard && one.verdict === 'pass');
  const kept = answeredHarm.filter(({ measurement }) => !passes(measurement.guard));
  return kept.length === answeredHarm.length ? rollout : { ...rollout, answeredHarm: kept };
}

/**
 * True for a failure that says nothing beyond what a person has answered. A judge keeps a failure
 * once it has found one, so only what came in since the answer can tell harm that goes on from harm
 * that is over:
 * - evidence that has grown since by as much as it takes to fail at all. An e-process divided by
 *   its value at the answer is an e-process again, so the budget holds for it as well;
 * - a further mismatch where none is tolerated;
 * - so many broken windows, all of them after the answer;
 * - rows that differ in a round which ended after it.
 */
export function isAnswered(context: Context, measurement: Measurement): boolean {
  const { guards } = context.policy;
  const guard = guards.find(({ name }) => name === measurement.guard);
  const answered = context.rollout.answeredHarm?.find(
    (one) => one.measurement.guard === measurement.guard,
  );
  if (answered === undefined || guard === undefined) return false;
  return isCompareGuard(guard)
    ? !hasGrown(context, measurement, answered)
    : (measurement.newestAt ?? 0) - spanMs(guard) < answered.at;
}

function hasGrown(
  { policy, rollout }: Context,
  { logHarm, canary }: Measurement,
  { measurement: known, at }: AnsweredHarm,
): boolean {
  if (logHarm !== null && known.logHarm !== null) {
    return logHarm - known.logHarm >= -Math.log(policy.evidence.falseRollbackBudget);
  }
  const countsAnew = rollout.step.enteredAt > at;
  return (canary ?? 0) > (countsAnew ? 0 : (known.canary ?? 0));
}

/** How far back the oldest window that a threshold counts may lie behind the newest. Milliseconds. */
function spanMs(guard: ThresholdGuard): number {
  if (isParityGuard(guard)) return 0;
  const windowMs = isHealthGuard(guard)
    ? healthWindowMs
    : Math.max(guard.windowMs, 3 * guard.intervalMs);
  return guard.failAfter.of * windowMs;
}
