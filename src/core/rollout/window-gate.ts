import { closedAt } from '../policy/window.ts';
import type { JobSpec } from '../schema-migration/job.ts';
import type { Context } from './context.ts';
import { type Gate, hold } from './gate.ts';
import { observedJob } from './jobs.ts';

/** The code of a hold that a window lifts. */
export const windowHold = 'window';

/** What keeps a rollout from moving forward at this hour, or null when nothing does. */
export function windowGate({ policy, now }: Pick<Context, 'policy' | 'now'>): Gate | null {
  const closed = closedAt(policy, now);
  return closed === null ? null : hold(windowHold, closed.reason);
}

/** The same for work on the target that nobody has begun; what has begun goes on to its end. */
export function notYet(context: Context, job: JobSpec): Gate | null {
  return observedJob(context, job) === undefined ? windowGate(context) : null;
}
