import { CrossfadeError } from '../../core/errors.ts';
import type { JobPace } from '../../core/schema-migration/job.ts';
import {
  changed,
  type PaceChange,
  paceOf,
  type StoredPace,
} from '../../core/schema-migration/pace.ts';
import type { TargetDatabase } from '../ports/target-database.ts';

/** To be read with the rows of `crossfade.job j`. */
export const PACE_COLUMNS = 'j.batch_time_ms, j.pace, c.changed_by, c.changed_at';
export const LAST_CHANGE = `LEFT JOIN LATERAL (SELECT by AS changed_by,
  (extract(epoch FROM at) * 1000)::float8 AS changed_at FROM crossfade.job_change
  WHERE job = j.id ORDER BY at DESC LIMIT 1) c ON true`;

export interface PaceRow {
  readonly status: string;
  readonly batch_time_ms: number;
  readonly pace: StoredPace;
  readonly changed_by: string | null;
  readonly changed_at: number | null;
}

/** How hard an unfinished job presses, where a person has changed that. */
export function shownPace(row: PaceRow): { readonly pace?: JobPace } {
  const isOpen = row.status === 'pending' || row.status === 'running';
  if (!isOpen || row.changed_by === null || row.changed_at === null) return {};
  const { batchTimeMs, nice, pausedBy } = paceOf(row.batch_time_ms, row.pace);
  const last = { changedBy: row.changed_by, changedAt: Math.floor(row.changed_at) };
  return { pace: { batchTimeMs, nice, pausedBy, limits: row.pace.limits ?? {}, ...last } };
}

/**
 * Changes the pace of a rollout's unfinished backfill and writes down who did so. Waits for the batch
 * at work; the next one goes by it.
 * @throws CrossfadeError `refused` when no backfill is under way
 */
export async function changePace(
  database: TargetDatabase,
  rollout: string,
  change: PaceChange,
  by: string,
): Promise<void> {
  await database.transaction(async (session) => {
    const [job] = await session.query<{ id: string; pace: StoredPace }>(
      `SELECT id, pace FROM crossfade.job WHERE rollout = $1 AND kind = 'backfill'
         AND status IN ('pending', 'running') FOR UPDATE`,
      [rollout],
    );
    if (job === undefined) {
      const words = `${rollout} has no backfill under way; its pace can be changed while it has one`;
      throw new CrossfadeError('refused', words);
    }
    const pace = changed(job.pace, change, by);
    await session.query(
      `UPDATE crossfade.job SET batch_time_ms = coalesce($2, batch_time_ms), pace = $3,
         due_at = clock_timestamp(), reason = NULL WHERE id = $1`,
      [job.id, change.batchTimeMs ?? null, JSON.stringify(pace)],
    );
    await session.query('INSERT INTO crossfade.job_change (job, by, change) VALUES ($1, $2, $3)', [
      job.id,
      by,
      JSON.stringify(change),
    ]);
  });
}
