import type { DirectProgress } from '../../core/protocol/direct-view.ts';
import { TURN_MS } from '../../core/schema-migration/batch-size.ts';
import type { JobState } from '../../core/schema-migration/job.ts';
import type { TargetWorks } from './target-works.ts';

/** Between two turns while nothing can be done. Milliseconds. */
const restMs = 20;

/** A job that is asked for outside of a rollout's ticks. */
interface AskedJob {
  readonly rollout: string;
  readonly id: string;
  /** Who works, as leases have it. */
  readonly worker: string;
  /** When to give up for now, as `performance.now()` counts. */
  readonly deadline: number;
}

/** Works on a target until the job has ended, waits for somebody, or the time is over. */
export async function workOnJob(
  works: TargetWorks,
  { rollout, id, worker, deadline }: AskedJob,
): Promise<JobState | undefined> {
  for (;;) {
    const job = (await works.jobs(rollout)).find((one) => one.id === id);
    const isOpen = job?.status === 'pending' || job?.status === 'running';
    if (!isOpen || job.hold !== undefined || performance.now() >= deadline) return job;
    const worked = await works.work(worker, TURN_MS, new AbortController().signal);
    if (!worked) await new Promise((resolve) => setTimeout(resolve, restMs));
  }
}

/** Why what follows the job cannot begin; null when it can. */
export function objectionOf(
  job: JobState | undefined,
): Pick<DirectProgress, 'state' | 'reason'> | null {
  if (job === undefined || job.status === 'revoked') return { state: 'working', reason: null };
  const { reason } = job;
  if (job.status === 'failed') return { state: 'failed', reason };
  if (job.status !== 'done') {
    if (job.hold !== undefined) return { state: 'held', reason };
    return { state: reason === null ? 'working' : 'waits', reason };
  }
  if ((job.differences ?? 0) > 0) return { state: 'failed', reason };
  if (job.kind !== 'verify' || job.quarantined === 0) return null;
  return {
    state: 'failed',
    reason: `${job.quarantined} rows could not be converted; crossfade.quarantine names them. Repair them, then run it again.`,
  };
}
