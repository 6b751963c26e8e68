import type { WorkStep } from '../policy/step.ts';
import type { JobState } from '../schema-migration/job.ts';
import type { Context } from './context.ts';
import { type Gate, hold, passed, stuck, waiting } from './gate.ts';
import { jobFor, observedJob, quarantinedRows, stepMoment } from './jobs.ts';

/** The gate of a step that is work on the target. */
export function jobGate(context: Context, step: WorkStep): Gate {
  const moment = step.kind === 'verify' ? stepMoment(context.rollout) : undefined;
  const job = observedJob(context, jobFor(context.policy, context.rollout, step.kind, moment));
  if (job === undefined) return waiting(`${step.kind} has not begun`);
  const progress = progressGate(job);
  if (progress !== null) return progress;
  if (step.kind === 'verify') return parityGate(context, job);
  return passed(job.reason === null ? `${step.kind} done` : `${step.kind} done; ${job.reason}`);
}

/** What keeps a job from being done, or null when it is. */
export function progressGate(job: JobState): Gate | null {
  switch (job.status) {
    case 'done':
      return null;
    case 'failed':
      return stuck(`${job.kind} failed: ${job.reason ?? 'no reason given'}`);
    case 'revoked':
      return waiting(`${job.kind} was stopped and has not begun again`);
    case 'pending':
    case 'running':
      if (job.hold !== undefined) return hold(job.hold, job.reason ?? job.hold);
      return waiting(progressOf(job));
  }
}

/** Both shapes agree in every row, and no row waits in quarantine. */
export function parityGate(context: Context, job: JobState): Gate {
  const differences = job.differences ?? 0;
  if (differences > 0) return stuck(`parity: ${differences} rows differ between the two shapes`);
  const rows = quarantinedRows(context);
  if (rows > 0)
    return hold('quarantine', `${rows} rows could not be converted and wait in quarantine`);
  return passed(`parity: ${job.done} rows, 0 differences`);
}

function progressOf(job: JobState): string {
  const rows = job.total === null ? `${job.done} rows` : `${job.done} of ${job.total} rows`;
  return `${job.kind}: ${rows}${job.reason === null ? '' : `, ${job.reason}`}`;
}
