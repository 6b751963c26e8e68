import type { JobState } from '../schema-migration/job.ts';

/**
 * How far one migration is that runs directly. `waits` goes on by itself; `held` and `failed` need somebody.
 * `abandoned`: it was given up, and the target has the old shape alone.
 */
export interface DirectProgress {
  readonly migration: string;
  readonly state:
    'applied' | 'already' | 'baseline' | 'abandoned' | 'working' | 'waits' | 'held' | 'failed';
  /** What was carried out of it, in order. */
  readonly parts: readonly JobState[];
  readonly reason: string | null;
}

/** What one call of a direct run came to. */
export interface DirectAnswer {
  /** For the calls that wait for the end. */
  readonly generation: number;
  /** How many migrations the files hold. */
  readonly of: number;
  /** Those that were come to. */
  readonly migrations: readonly DirectProgress[];
}

/** True when nothing is left to be waited for: what comes after it may begin. */
export function isOver({ state }: Pick<DirectProgress, 'state'>): boolean {
  return ['applied', 'already', 'baseline', 'abandoned'].includes(state);
}
