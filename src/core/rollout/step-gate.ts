import { checkPopulation } from '../policy/check-population.ts';
import { isOfRamp, isWork, type Step } from '../policy/step.ts';
import { isRouted } from '../policy/policy.ts';
import { approvalGate } from './approval-gate.ts';
import { concerning, type Context } from './context.ts';
import { contractGate, contractedGate } from './contract-gate.ts';
import { drillGate } from './drill.ts';
import { evidenceGate, guardedGate } from './evidence-gate.ts';
import { type Gate, hold, passed, stuck, waiting } from './gate.ts';
import { currentStep } from './current-step.ts';
import { silentAfterMs } from './arrival.ts';
import { jobGate } from './job-gate.ts';
import { choosable, countedFor } from './counted-units.ts';
import { jobFor } from './jobs.ts';
import { unsettled } from './settle.ts';
import { notYet, windowGate } from './window-gate.ts';

/** What stands between the rollout and its next step. */
export function stepGate(world: Context): Gate {
  const context = concerning(world);
  const gate = ownGate(context, currentStep(context));
  // Past the point of no return the only way is on.
  const isFinal = context.rollout.step.gatePassedAt !== null;
  return isRouted(context.policy) || isFinal ? gate : guardedGate(context, gate);
}

/** What stands between the rollout and its next step besides persons: the step's end, then the next one's beginning. */
export function endGate(context: Context): Gate {
  const gate = stepGate(context);
  const next = context.policy.steps[context.rollout.step.index + 1];
  if (gate.kind !== 'passed' || next === undefined) return gate;
  return entryGate(context, next) ?? gate;
}

/** The same, and then a fire drill where one is required or under way. */
export function leaveGate(context: Context): Gate {
  const gate = endGate(context);
  return gate.kind === 'passed' ? (drillGate(context) ?? gate) : gate;
}

/** The same, and last of all the persons whom the step asks. */
export function exitGate(context: Context): Gate {
  const gate = leaveGate(context);
  return gate.kind === 'passed' ? (approvalGate(context) ?? gate) : gate;
}

function ownGate(context: Context, step: Step): Gate {
  if (isWork(step)) {
    const expand =
      step.kind === 'expand' ? jobFor(context.policy, context.rollout, 'expand') : null;
    return (expand === null ? null : notYet(context, expand)) ?? jobGate(context, step);
  }
  switch (step.kind) {
    case 'shadow':
    case 'ring':
    case 'count':
    case 'share':
      return evidenceGate(context, step);
    case 'soak':
      return soakGate(context, step.forMs);
    case 'contract':
      return context.rollout.step.gatePassedAt === null
        ? contractGate(context, step)
        : contractedGate(context);
  }
}

function soakGate(context: Context, forMs: number): Gate {
  const missing = unsettled(context);
  if (missing !== null) return missing;
  const remaining = (context.rollout.step.settledAt ?? context.now) + forMs - context.now;
  return remaining > 0 ? waiting(`soak: ${Math.ceil(remaining / 1000)} s left`) : passed('soaked');
}

/**
 * What the next step asks for before it is entered: nobody is exposed before enough is known of
 * the units from the time before, and before fresh evidence arrives at all (I1).
 */
export function entryGate(context: Context, next: Step): Gate | null {
  return timelyGate(context, next) ?? exposureGate(context, next);
}

/** A look at the rows moves nobody, and contract asks for itself before it takes anything away. */
function timelyGate(context: Context, { kind }: Step): Gate | null {
  return kind === 'verify' || kind === 'contract' ? null : windowGate(context);
}

function exposureGate(context: Context, next: Step): Gate | null {
  if (!isOfRamp(next)) return null;
  if (next.kind === 'count' && countedFor(next, choosable(context)).length === 0) {
    return hold('units', 'no unit with traffic is left on the old side to choose from');
  }
  if (context.rollout.firstExposureAt !== null) return null;
  const { history } = context.observations;
  const wanted = context.policy.evidence.historyMs;
  if (history.seconds * 1000 < wanted) {
    const known = `${Math.floor(history.seconds)} s of ${Math.round(wanted / 1000)} s`;
    return hold('history', `history of the units: ${known}`);
  }
  const short = checkPopulation(context.policy, history.units)[0];
  if (short !== undefined) return stuck(`can never be met: ${short.message}`);
  const fresh = history.newestAt !== null && context.now - history.newestAt <= silentAfterMs;
  return fresh ? null : hold('noData', 'noData: no evidence arrives from the old side');
}
