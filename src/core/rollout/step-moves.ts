import { isRouted, type Policy } from '../policy/policy.ts';
import { stepName } from '../policy/step.ts';
import type { Context } from './context.ts';
import { choosable, countedFor } from './counted-units.ts';
import { machine, type Move } from './move.ts';
import type { Rollout, StepProgress } from './rollout.ts';
import { completeRoute, exposureOf, nextWanted, routeForStep } from './wanted-route.ts';

/** A fresh stay in a step. */
export function enterStep(index: number, now: number): StepProgress {
  return {
    index,
    enteredAt: now,
    settledAt: null,
    sinceRevision: null,
    extended: false,
    gatePassedAt: null,
  };
}

/** To the next step, or to the end when there is none. */
export function advanceMove(context: Context, reason: string): Move {
  const { policy, rollout, now } = context;
  const index = rollout.step.index + 1;
  const step = policy.steps[index];
  if (step === undefined) return completeMove(now, reason);
  const spec = routeForStep(policy, step, rollout.route.spec, countedFor(step, choosable(context)));
  const changed = JSON.stringify(spec) !== JSON.stringify(rollout.route.spec);
  return {
    action: 'advance',
    by: machine,
    reason: `to ${stepName(step)}: ${reason}`,
    patch: {
      step: enterStep(index, now),
      route: changed ? nextWanted(rollout.route, spec) : rollout.route,
      hold: null,
      firstExposureAt: rollout.firstExposureAt ?? (exposes(policy, index, spec) ? now : null),
    },
  };
}

/** Contract's gate has passed: from here on the new side is for good. */
export function openContractMove(context: Context, reason: string): Move {
  const { policy, rollout, now } = context;
  const { route } = rollout;
  return {
    action: 'advance',
    by: machine,
    reason: `contract gate passed: ${reason}; from here a rollback would lose data`,
    patch: {
      step: { ...rollout.step, gatePassedAt: now, settledAt: null },
      route: isRouted(policy) ? nextWanted(route, completeRoute(route.spec)) : route,
      hold: null,
    },
  };
}

export function completeMove(now: number, reason: string): Move {
  return { action: 'complete', by: machine, reason, patch: { hold: null, endedAt: now } };
}

/**
 * The same step again, as after a pause: its evidence and its patience begin anew. It is entered
 * later than before whatever the clock says, since jobs are asked for by that moment.
 */
export function reenter({ step }: Rollout, now: number): StepProgress {
  const enteredAt = Math.max(now, step.enteredAt + 1);
  return { ...enterStep(step.index, enteredAt), gatePassedAt: step.gatePassedAt };
}

/**
 * The step anew for units that come to the new side in the middle of it. Contract does not bake, so
 * from there they take the rollout back to the last step that does.
 */
export function rebake({ policy, rollout, now }: Context): StepProgress {
  const sofar = policy.steps.slice(0, rollout.step.index + 1);
  const index = sofar.findLastIndex(({ kind }) => kind !== 'contract');
  return { ...reenter(rollout, now), index };
}

function exposes(policy: Policy, index: number, spec: Rollout['route']['spec']): boolean {
  const kind = policy.steps[index]?.kind;
  return kind === 'ring' || kind === 'count' || exposureOf(spec) > 0;
}
