import { isOfRamp, stepName } from '../policy/step.ts';
import { closedAt } from '../policy/window.ts';
import type { Context } from './context.ts';
import { machine, type Move } from './move.ts';
import { noWayBack } from './no-return.ts';
import { currentStep } from './current-step.ts';
import { enterStep } from './step-moves.ts';
import { initialRoute, nextWanted, routeForStep } from './wanted-route.ts';
import { windowHold } from './window-gate.ts';

/**
 * A window has closed in the middle of the ramp, and the policy wants nobody on the new side outside of
 * it: everybody goes back, to the step before the first that moved somebody. When it opens, the ramp begins
 * anew with evidence of its own (I1).
 */
export function retreatMove(context: Context): Move | null {
  const { policy, rollout, now } = context;
  if (!isOfRamp(currentStep(context)) || noWayBack(context) !== null) return null;
  const closed = closedAt(policy, now);
  if (closed?.offHours !== 'retreat') return null;
  const index = policy.steps.findIndex(isOfRamp) - 1;
  const step = policy.steps[index];
  if (step === undefined) return null;
  const before = policy.steps
    .slice(0, index + 1)
    .reduce((route, one) => routeForStep(policy, one, route), initialRoute(policy));
  const spec = { ...before, quarantined: rollout.route.spec.quarantined };
  const reason = `${closed.reason}: everybody goes back to the old side, to ${stepName(step)}`;
  return {
    action: 'hold',
    by: machine,
    reason,
    patch: {
      step: enterStep(index, Math.max(now, rollout.step.enteredAt + 1)),
      route: nextWanted(rollout.route, spec),
      hold: { code: windowHold, reason: closed.reason, since: now },
    },
  };
}
