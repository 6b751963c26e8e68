import type { ContractStep } from '../policy/step.ts';
import type { Context } from './context.ts';
import { isGone } from './arrival.ts';
import { type Gate, hold, passed, waiting } from './gate.ts';
import { jobFor, observedJob } from './jobs.ts';
import { oldUseGate, stillOld } from './old-use.ts';
import { parityGate, progressGate } from './job-gate.ts';
import type { Rollout } from './rollout.ts';
import { unsettled } from './settle.ts';
import { notYet, windowGate } from './window-gate.ts';

/** The moment of the parity check that opens contract: each stay in the step looks anew. */
export function contractMoment(rollout: Rollout): string {
  return `contract-${rollout.step.enteredAt}`;
}

/** What must be so before the old shape may be taken away (I5): confirmed, agreed, everybody moved. */
export function contractGate(context: Context, step: ContractStep): Gate {
  const { policy, rollout } = context;
  if (step.approve !== 'none' && rollout.confirmedBy === null) {
    const users = stillOld(context);
    const named = users === '' ? '' : `; still on the old version: ${users}`;
    const words = `crossfade complete ${policy.name} --confirm ${policy.name}`;
    return waiting(`confirmation: ${words}${named}`);
  }
  const { spec } = rollout.route;
  const kept = [...spec.pinned, ...spec.quarantined];
  if (kept.length > 0) return hold('units', `units still on the old side: ${kept.join(', ')}`);
  const asked = step.approve === 'none' ? oldUseGate(context) : null;
  const missing = unsettled(context) ?? strangers(context) ?? asked;
  if (missing !== null) return missing;
  const job = observedJob(context, jobFor(policy, rollout, 'verify', contractMoment(rollout)));
  if (job === undefined) return waiting('the last parity check has not begun');
  return progressGate(job) ?? openGate(context, parityGate(context, job));
}

/** What has passed opens nothing outside the windows. */
function openGate(context: Context, gate: Gate): Gate {
  return gate.kind === 'passed' ? (windowGate(context) ?? gate) : gate;
}

/** After the gate: every instance has taken the new side for good, then the old shape is gone. */
export function contractedGate(context: Context): Gate {
  const behind = notLatched(context);
  if (behind !== null) return behind;
  const wanted = jobFor(context.policy, context.rollout, 'contract');
  const job = observedJob(context, wanted);
  if (job === undefined) return notYet(context, wanted) ?? waiting('contract has not begun');
  return progressGate(job) ?? passed('the old shape is in the trash; the new one stands alone');
}

/** Instances of another build, which know only the old side and would lose it under their feet. */
function strangers({ observations, policy, now }: Context): Gate | null {
  const services = policy.services.map(({ name }) => name);
  const found = observations.instances.filter(
    (instance) =>
      services.includes(instance.service) && !instance.implements && !isGone(instance, now),
  );
  if (found.length === 0) return null;
  const names = found.map(({ instance }) => instance).join(', ');
  return hold('instances', `do not implement this migration and still run: ${names}`);
}

/** Who would still fall back to the old side, or null when nobody would. */
export function notLatched(context: Context): Gate | null {
  const missing = unsettled(context) ?? strangers(context);
  if (missing !== null) return missing;
  const behind = context.observations.instances.filter(
    (instance) => instance.safeSide !== 'new' && !isGone(instance, context.now),
  );
  if (behind.length === 0) return null;
  return waiting(
    `safe side is still old: ${behind.map((instance) => instance.instance).join(', ')}`,
  );
}
