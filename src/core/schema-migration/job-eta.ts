import type { JobState } from './job.ts';

/** How long unfinished work on rows will take at the rate it goes at, in ms; null while nobody can know. */
export function jobEta(job: Pick<JobState, 'status' | 'done' | 'total' | 'rate'>): number | null {
  const { status, done, total, rate = 0 } = job;
  if (status !== 'running' && status !== 'pending') return null;
  if (total === null || rate <= 0) return null;
  return Math.round((Math.max(0, total - done) * 1_000) / rate);
}
