import type { JobState } from '../schema-migration/job.ts';

/** How far the backfill of a rollout is. */
export interface BackfillView {
  readonly rollout: string;
  readonly policy: string;
  /** Null while there is none. */
  readonly job: JobState | null;
  /** Milliseconds that are left at its present rate; null while nobody can know. */
  readonly etaMs: number | null;
}
