import { isRouted } from '../policy/policy.ts';
import type { RouteRow } from '../protocol/route.ts';
import type { Context } from './context.ts';
import type { JobSpec } from '../schema-migration/job.ts';
import type { Effect } from './effect.ts';
import { notLatched } from './contract-gate.ts';
import { owesQuarantine } from './quarantine.ts';
import { isUnfinished, jobFor, observedJob, stepMoment } from './jobs.ts';
import { dueParity } from './progress.ts';
import { currentStep } from './step-gate.ts';
import { throttleEffects } from './throttle.ts';
import { servesOldOnly } from './wanted-route.ts';

/**
 * What should be so and is not yet seen to be so. Level-triggered: computed anew each tick from the
 * state, so whatever was lost on the way is asked for again.
 */
export function effectsFor(context: Context): readonly Effect[] {
  return [
    ...routeEffects(context),
    ...routeRowEffects(context),
    ...jobEffects(context),
    ...(context.rollout.phase === 'running' ? throttleEffects(context) : []),
    ...retireEffects(context),
  ];
}

function routeEffects(context: Context): readonly Effect[] {
  const { rollout, policy, observations } = context;
  const moving = rollout.phase === 'running' || rollout.phase === 'rolling_back';
  if (!isRouted(policy)) return [];
  const wanted = moving || (rollout.phase === 'paused' && owesQuarantine(context));
  if (!wanted || observations.flag?.version === rollout.route.version) return [];
  const seen = observations.flag?.route.revision ?? 0;
  return [{ kind: 'setRoute', flag: policy.flag.name, wanted: rollout.route, seen }];
}

/** The second path says what the flag says; a rollback is written there without waiting for the flag. */
function routeRowEffects(context: Context): readonly Effect[] {
  const { rollout, observations, policy } = context;
  const route = observations.flag?.route;
  if (rollout.phase === 'pending' || route === undefined) return [];
  const kill = rollout.phase === 'rolling_back' || rollout.phase === 'rolled_back';
  const row: RouteRow = {
    migration: policy.name,
    revision: route.revision,
    kill: kill || servesOldOnly(route),
    safeSide: route.safeSide,
  };
  const seen = observations.routeRow;
  const same =
    seen !== null &&
    seen.revision >= row.revision &&
    seen.kill === row.kill &&
    seen.safeSide === row.safeSide;
  return same ? [] : [{ kind: 'writeRouteRow', row }];
}

function jobEffects(context: Context): readonly Effect[] {
  const { rollout, policy } = context;
  if (rollout.phase === 'paused' || rollout.phase === 'frozen') return revokeEffects(context);
  if (rollout.phase !== 'running' && rollout.phase !== 'rolling_back') return [];
  const parity = dueParity(context);
  const wanted = parity === null ? [] : [jobFor(policy, rollout, 'verify', parity)];
  if (rollout.phase === 'rolling_back') {
    return [...revokeEffects(context, wanted), ...missingJobs(context, wanted)];
  }
  const step = currentStep(context);
  if (step.kind === 'expand' || step.kind === 'backfill') {
    return missingJobs(context, [jobFor(policy, rollout, step.kind)]);
  }
  if (step.kind === 'verify') {
    return missingJobs(context, [jobFor(policy, rollout, 'verify', stepMoment(rollout))]);
  }
  if (step.kind === 'contract' && mayContract(context)) {
    return missingJobs(context, [jobFor(policy, rollout, 'contract')]);
  }
  return missingJobs(context, wanted);
}

/** I5: the old shape is touched only after contract's gate, with every instance on the new side. */
function mayContract(context: Context): boolean {
  return context.rollout.step.gatePassedAt !== null && notLatched(context) === null;
}

/** What nobody has begun, and what was begun before a person went on: that is asked for by its new generation. */
function missingJobs(context: Context, jobs: readonly JobSpec[]): readonly Effect[] {
  return jobs
    .filter((job) => {
      const seen = observedJob(context, job);
      if (seen === undefined || seen.status === 'revoked') return true;
      return isUnfinished(seen) && seen.generation < job.generation;
    })
    .map((job) => ({ kind: 'ensureJob', job }));
}

function revokeEffects(
  { observations }: Context,
  wanted: readonly JobSpec[] = [],
): readonly Effect[] {
  return observations.jobs
    .filter((job) => isUnfinished(job) && !wanted.some(({ id }) => id === job.id))
    .map(({ id, generation }) => ({ kind: 'revokeJob', job: id, upTo: generation }));
}

/** After the time kept for a retry the new shape goes to the trash; nothing is dropped. */
function retireEffects(context: Context): readonly Effect[] {
  const { rollout, policy, now } = context;
  if (rollout.phase !== 'rolled_back' || rollout.endedAt === null) return [];
  if (now < rollout.endedAt + policy.keepForRetryMs) return [];
  return missingJobs(context, [jobFor(policy, rollout, 'retire')]);
}
