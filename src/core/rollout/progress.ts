import { keepAnswered } from './answered-harm.ts';
import type { Context } from './context.ts';
import { everyInstanceRuns, stillDraining } from './arrival.ts';
import { noteQuarantine } from './note-quarantine.ts';
import { forgetReturn, noteReturnNear } from './no-return.ts';
import type { ObservedFlag } from './observations.ts';
import { contractMoment } from './contract-gate.ts';
import { jobFor, observedJob, stillWorking } from './jobs.ts';
import type { Rollback, Rollout } from './rollout.ts';
import { unsettled } from './settle.ts';
import { exposureOf, isKill, servesOldOnly } from './wanted-route.ts';

/** The moment of the parity check that ends a rollback: a rollback asked for again looks anew. */
export function rollbackMoment(rollout: Rollout): string {
  return `rollback-${rollout.rollback?.requestedAt ?? 0}`;
}

/**
 * Notes what has been reached since the last tick: a route that arrived, a stage of rolling back.
 * No decision is made here; these are facts about the world with the time they were seen.
 */
export function noteProgress(context: Context): Rollout {
  const { rollout } = context;
  if (rollout.phase === 'rolling_back') return { ...rollout, rollback: noteRollback(context) };
  if (rollout.phase !== 'running' && rollout.phase !== 'paused') return rollout;
  const near = noteReturnNear(context);
  const bound = forgetReturn({ ...context, rollout: near });
  const settled = noteSettled({
    ...context,
    rollout: keepAnswered({ ...context, rollout: bound }),
  });
  const watched = noteQuarantine({ ...context, rollout: settled });
  return noteExposure(watched, context.observations.flag);
}

function noteSettled(context: Context): Rollout {
  const { rollout, observations, now } = context;
  if (rollout.step.settledAt !== null || unsettled(context) !== null) return rollout;
  const sinceRevision = observations.flag?.route.revision ?? null;
  return { ...rollout, step: { ...rollout.step, settledAt: now, sinceRevision } };
}

function noteExposure(rollout: Rollout, flag: ObservedFlag | null): Rollout {
  if (flag === null || !flag.route.enabled) return rollout;
  const exposure = exposureOf(flag.route);
  return exposure > rollout.exposurePeak ? { ...rollout, exposurePeak: exposure } : rollout;
}

/** One stage after the other; each is stamped once, in its order, and never taken back. */
function noteRollback(context: Context): Rollback | null {
  return context.rollout.rollback === null
    ? null
    : stages.reduce((rollback, stage) => stage(rollback, context), context.rollout.rollback);
}

type Stage = (rollback: Rollback, context: Context) => Rollback;

const stages: readonly Stage[] = [noteFlagSet, noteConverged, noteDrained, noteVerified];

/**
 * The flag shows the old side for everybody: as wanted, or because a person switched it off. That
 * nobody happens to be exposed is not enough: shadow reads must end as well.
 */
function noteFlagSet(rollback: Rollback, { rollout, observations, now }: Context): Rollback {
  const { flag } = observations;
  if (rollback.flagSetAt !== null) return rollback;
  if (flag !== null && flag.version !== rollout.route.version && !isSentBackByHand(flag)) {
    return rollback;
  }
  return { ...rollback, flagSetAt: now, revision: flag?.route.revision ?? 0 };
}

/** A person's flag, which may stand there for good: off, or on as the rollback had left it. */
function isSentBackByHand({ route, version }: ObservedFlag): boolean {
  const switchedOff = !route.enabled && servesOldOnly(route);
  return switchedOff || (version === null && isKill(route));
}

function noteConverged(rollback: Rollback, { observations, now }: Context): Rollback {
  if (rollback.flagSetAt === null || rollback.convergedAt !== null) return rollback;
  const arrival = everyInstanceRuns(observations.instances, rollback.revision ?? 0, now);
  return arrival.arrived ? { ...rollback, convergedAt: now } : rollback;
}

function noteDrained(rollback: Rollback, { observations, now }: Context): Rollback {
  if (rollback.convergedAt === null || rollback.drainedAt !== null) return rollback;
  const left = [...stillDraining(observations.instances, now), ...stillWorking(observations.jobs)];
  return left.length === 0 ? { ...rollback, drainedAt: now } : rollback;
}

function noteVerified(rollback: Rollback, context: Context): Rollback {
  if (rollback.drainedAt === null || rollback.verifiedAt !== null) return rollback;
  return verified(context) ? { ...rollback, verifiedAt: context.now } : rollback;
}

/** Parity is asked for only where the new shape had been filled; before that there is none. */
function parityApplies(context: Context): boolean {
  const { policy, rollout } = context;
  const backfill = policy.steps.findIndex((step) => step.kind === 'backfill');
  return backfill >= 0 && rollout.step.index > backfill;
}

function verified(context: Context): boolean {
  if (!parityApplies(context)) return true;
  const job = observedJob(
    context,
    jobFor(context.policy, context.rollout, 'verify', rollbackMoment(context.rollout)),
  );
  return job?.status === 'done' && job.differences === 0;
}

/** The parity check that a decision at this point depends on, by its moment; null when none does. */
export function dueParity(context: Context): string | null {
  const { rollout } = context;
  if (rollout.phase === 'rolling_back') {
    const drained = rollout.rollback !== null && rollout.rollback.drainedAt !== null;
    return drained && parityApplies(context) ? rollbackMoment(rollout) : null;
  }
  const step = context.policy.steps[rollout.step.index];
  if (step?.kind !== 'contract' || rollout.step.gatePassedAt !== null) return null;
  const confirmed = step.approve === 'none' || rollout.confirmedBy !== null;
  return confirmed ? contractMoment(rollout) : null;
}
