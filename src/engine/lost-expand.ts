import type { Policy } from '../core/policy/policy.ts';
import type { JobState } from '../core/schema-migration/job.ts';
import type { TargetObservation } from './ports/observation-store.ts';

/** True where the expand of a rollout was seen as done, and the target knows nothing of it any more. */
export function lostExpand(before: TargetObservation | null, jobs: readonly JobState[]): boolean {
  if (before === null || jobs.some(({ kind }) => kind === 'expand')) return false;
  return (
    before.lost === true ||
    before.jobs.some(({ kind, status }) => kind === 'expand' && status === 'done')
  );
}

/** For a person: what was found, and what can be done about it. */
export function lostWords({
  name,
  schemaMigration,
}: Pick<Policy, 'name' | 'schemaMigration'>): string {
  return (
    `the target no longer knows that ${schemaMigration.name} was expanded, as one to which a backup was put back. ` +
    `Put back what was there, or begin anew: crossfade rollback ${name}, then crossfade retry ${name}`
  );
}
