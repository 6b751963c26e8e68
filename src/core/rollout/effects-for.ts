import { isRouted } from '../policy/policy.ts';
import { isWork } from '../policy/step.ts';
import type { RouteRow } from '../protocol/route.ts';
import type { Context } from './context.ts';
import type { JobSpec } from '../schema-migration/job.ts';
import type { Effect } from './effect.ts';
import { notLatched } from './contract-gate.ts';
import { drillUnderWay } from './drill.ts';
import { owesDrill, owesQuarantine } from './quarantine.ts';
import { isUnfinished, jobFor, observedJob, stepMoment } from './jobs.ts';
import { dueParity } from './progress.ts';
import { retirementOf } from './retirement.ts';
import { currentStep } from './current-step.ts';
import { throttleEffects } from './throttle.ts';
import { servesOldOnly } from './wanted-route.ts';
import { notYet } from './window-gate.ts';

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
  const wanted = moving || (rollout.phase === 'paused' && owesReturn(context));
  if (!wanted || observations.flag?.version === rollout.route.version) return [];
  const seen = observations.flag?.route.revision ?? 0;
  return [{ kind: 'setRoute', flag: policy.flag.name, wanted: rollout.route, seen }];
}

/** Also what is paused steps down. */
function owesReturn(context: Context): boolean {
  return owesQuarantine(context) || (drillUnderWay(context.rollout) !== null && owesDrill(context));
}

/** The second path says what the flag says; a rollback is written there without waiting for the flag. */
function routeRowEffects(context: Context): readonly Effect[] {
  const { rollout, observations, policy } = context;
  const route = observations.flag?.route;
  if (rollout.phase === 'pending' || route === undefined) return [];
  const kill = rollout.rollback !== null;
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
  const own = stepJob(context);
  return missingJobs(context, own === null ? wanted : [own]);
}

/** The job that the current step is about, once it may begin. */
function stepJob(context: Context): JobSpec | null {
  const { rollout, policy } = context;
  const step = currentStep(context);
  if (isWork(step)) {
    const moment = step.kind === 'verify' ? stepMoment(rollout) : undefined;
    const job = jobFor(policy, rollout, step.kind, moment);
    return step.kind === 'expand' && notYet(context, job) !== null ? null : job;
  }
  switch (step.kind) {
    case 'contract':
      return mayContract(context) ? jobFor(policy, rollout, 'contract') : null;
    case 'shadow':
    case 'ring':
    case 'count':
    case 'share':
    case 'soak':
      return null;
  }
}

/** I5: the old shape is touched only after contract's gate, with every instance on the new side. */
function mayContract(context: Context): boolean {
  const { policy, rollout } = context;
  const isOpen = rollout.step.gatePassedAt !== null && notLatched(context) === null;
  return isOpen && notYet(context, jobFor(policy, rollout, 'contract')) === null;
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

/** The new shape goes to the trash when nobody may retry any more; nothing is dropped. */
function retireEffects(context: Context): readonly Effect[] {
  const { rollout, policy, now } = context;
  const retireAt = retirementOf(rollout, policy);
  if (retireAt === null || now < retireAt) return [];
  return missingJobs(context, [jobFor(policy, rollout, 'retire')]);
}
