import { baselineGuard } from '../policy/guard.ts';
import type { Context } from './context.ts';
import type { Effect } from './effect.ts';
import { isUnfinished } from './jobs.ts';

const reason = 'throttled: the old side is worse than before';

/**
 * Work on rows goes slowly while the old side is worse than before, whatever the cause: either the work
 * is to blame, or there is no room for it. It goes on as it was when the finding ends.
 */
export function throttleEffects({ observations }: Context): readonly Effect[] {
  const { jobs, measurements } = observations;
  const isHarmed = measurements.some(
    ({ guard, verdict }) => guard === baselineGuard && verdict === 'fail',
  );
  return jobs
    .filter((job) => isUnfinished(job) && (job.kind === 'backfill' || job.kind === 'verify'))
    .filter((job) => (job.throttle !== undefined) !== isHarmed)
    .map(({ id }) => ({ kind: 'throttleJob', job: id, reason: isHarmed ? reason : null }));
}
