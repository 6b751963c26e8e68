import type { Measurement } from '../judge/measurement.ts';
import type { FailAction } from '../policy/guard.ts';
import { isAnswered } from './answered-harm.ts';
import type { Context } from './context.ts';
import { overrideOf } from './override.ts';

/** A guard that failed, with what the policy wants done about it. */
export interface Failure {
  readonly measurement: Measurement;
  readonly action: FailAction;
}

/** The failing guards that no person has answered or overridden, gravest action first. */
export function failures(context: Context): readonly Failure[] {
  const order: readonly FailAction[] = ['rollback', 'hold', 'notify'];
  return context.observations.measurements
    .filter((measurement) => measurement.verdict === 'fail' && !isSetAside(context, measurement))
    .map((measurement) => ({ measurement, action: actionFor(context, measurement) }))
    .sort((a, b) => order.indexOf(a.action) - order.indexOf(b.action));
}

/** A person has answered it, or has set its guard aside for a time. */
function isSetAside(context: Context, measurement: Measurement): boolean {
  return overrideOf(context, measurement.guard) !== undefined || isAnswered(context, measurement);
}

/** What is too coarse to act on never does more than hold. */
function actionFor(context: Context, { guard, advisory }: Measurement): FailAction {
  const action = actionOf(context, guard);
  return advisory === true && action === 'rollback' ? 'hold' : action;
}

/** The guard's own word, else the policy's. */
export function actionOf(context: Context, guard: string): FailAction {
  const found = context.policy.guards.find((candidate) => candidate.name === guard);
  return found?.onFail ?? context.policy.onFail;
}
