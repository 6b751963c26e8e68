import type { Fault } from '../../../core/errors.ts';
import { failAfterTotal, type FailAfter } from '../fail-after.ts';
import type { Goal } from './goals-of.ts';
import type { MetricContext } from './metric-context.ts';
import type { ArgoMetric } from './schema.ts';

/** When a guard fails, and whether its failure does anything. */
export interface Counting {
  readonly failAfter: FailAfter;
  readonly mayFail: boolean;
  readonly remarks: readonly Fault[];
}

/** Turns `count` and a limit into failures among windows, and says where the two differ. */
export function countFailures(
  metric: ArgoMetric,
  { limitKey }: Goal,
  { path, silent, draft }: MetricContext,
): Counting {
  const limit = metric[limitKey] ?? 0;
  const count = measurementsOf(metric);
  const failAfter = failAfterTotal(limit + 1, count);
  const off = offBy(limit, count);
  const remarks: Fault[] = [];
  const say = (key: string, message: string): void => {
    remarks.push(draft.fault([...path, key], message));
  };
  if (silent) say('name', '`dryRun`: it may not fail the run, so it only notifies');
  if (off !== null) say(limitKey, `${limitKey} ${limit} ${off}, so it only notifies`);
  else if (limit > 0) {
    const among = `${failAfter.failures} of the last ${failAfter.of} windows of a step`;
    say(
      limitKey,
      `${limitKey} ${limit}: number ${limit + 1} in total fails there; here ${among} do`,
    );
  }
  if (count !== null) {
    const times = count === 1 ? 'once' : `${count} times`;
    say('count', `measured ${times} there; here as long as the rollout lives`);
  }
  return { failAfter, mayFail: !silent && off === null, remarks };
}

/** How often it is measured in a run; null for as long as the run lasts. */
function measurementsOf({ interval, count = 0 }: ArgoMetric): number | null {
  if (count > 0) return count;
  return interval === undefined ? 1 : null;
}

/** Why a limit is never passed; null when it may be. */
function offBy(limit: number, count: number | null): string | null {
  if (limit < 0) return 'is off';
  return count !== null && limit >= count ? `is never passed by ${count} measurements` : null;
}
