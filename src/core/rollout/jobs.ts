import type { Policy } from '../policy/policy.ts';
import type { Step } from '../policy/step.ts';
import type { JobKind, JobSpec, JobState } from '../schema-migration/job.ts';
import type { Context } from './context.ts';
import type { Rollout } from './rollout.ts';

/** The batch time while no backfill step names one, in milliseconds. */
const defaultBatchTimeMs = 100;

/**
 * The job that carries out a kind of work for a rollout. A parity check belongs to the moment it
 * was asked for, since a later check must look again; everything else happens once a rollout.
 */
export function jobFor(policy: Policy, rollout: Rollout, kind: JobKind, moment?: string): JobSpec {
  const backfill = policy.steps.find((step) => step.kind === 'backfill');
  return {
    id: [rollout.id, kind, ...(moment === undefined ? [] : [moment])].join('/'),
    rollout: rollout.id,
    kind,
    migration: policy.schemaMigration,
    batchTimeMs: backfill?.batchTimeMs ?? defaultBatchTimeMs,
    generation: rollout.step.enteredAt,
    ...(rollout.startedBy === undefined ? {} : { author: rollout.startedBy }),
    ...(kind === 'verify' && rollout.phase === 'rolling_back' ? wayBack : {}),
    ...ofStep(policy, kind),
  };
}

const wayBack = { parityOnly: true, wayBack: true } as const;

/** What the policy says of one kind of work. */
function ofStep({ steps, backup, statements }: Policy, kind: JobKind): Partial<JobSpec> {
  const step = steps.find((one) => one.kind === kind);
  const old = statements === undefined ? {} : { statements };
  if (kind === 'rehearse') return { ...old, ...cloneOf(step) };
  if (kind === 'expand') return backup === undefined ? old : { ...old, backup };
  if (step?.kind === 'contract') return { trashForMs: step.trashForMs };
  return step?.kind === 'backfill' && step.during !== undefined ? { during: step.during } : {};
}

function cloneOf(step: Step | undefined): Pick<JobSpec, 'on'> {
  return step?.kind === 'rehearse' && step.on !== undefined ? { on: step.on } : {};
}

/** The moment of a parity check that belongs to the current stay in the current step. */
export function stepMoment(rollout: Rollout): string {
  return `${rollout.step.index}-${rollout.step.enteredAt}`;
}

export function observedJob(context: Context, job: JobSpec): JobState | undefined {
  const found = context.observations.jobs.find((state) => state.id === job.id);
  if (found?.status !== 'failed' && found?.status !== 'revoked') return found;
  // A person resumed since it failed: it is asked for anew and has not begun again yet.
  return found.generation < job.generation ? undefined : found;
}

export function isUnfinished({ status }: JobState): boolean {
  return status === 'pending' || status === 'running';
}

/** Work on the target that a rollback has asked to stop, and that has not stopped yet. */
export function stillWorking(jobs: readonly JobState[]): readonly string[] {
  return jobs.filter(isUnfinished).map(({ kind }) => `${kind} has not stopped on the target`);
}

/** Rows of this migration that could not be converted, as the newest observation counts them. */
export function quarantinedRows(context: Context): number {
  return Math.max(0, ...context.observations.jobs.map((job) => job.quarantined));
}
