import type { JobSpec } from '../../core/schema-migration/job.ts';
import type { TargetSession } from '../ports/target-database.ts';

/**
 * Whether a job may be asked for beside those of other attempts at its migration. An attempt uses the shape that an
 * earlier one left: its expand makes void what that one still wants put away, and afterwards nothing of it is put away,
 * however late that is asked for.
 */
export async function mayBegin(session: TargetSession, spec: JobSpec): Promise<boolean> {
  if (spec.kind !== 'expand' && spec.kind !== 'retire') return true;
  const attempt = [spec.migration.name, spec.rollout, spec.generation];
  // Two that do not see each other's jobs yet would overlook each other. Ends with the transaction.
  await session.query(
    `SELECT pg_advisory_xact_lock(hashtextextended('crossfade.attempt/' || $1, 0))`,
    [spec.migration.name],
  );
  if (spec.kind === 'expand') {
    await session.query(keepShape, attempt);
    return true;
  }
  return (await session.query(laterExpand, attempt)).length === 0;
}

const ofAnother = `migration ->> 'name' = $1 AND rollout <> $2`;

const laterExpand = `SELECT 1 FROM crossfade.job
  WHERE ${ofAnother} AND generation > $3 AND kind = 'expand' LIMIT 1`;

// Waits for the transaction that puts it away, if one is at it; then there is nothing left to keep.
const keepShape = `UPDATE crossfade.job SET status = 'revoked', fence = fence + 1, owner = NULL,
    lease_until = NULL, updated_at = clock_timestamp(), reason = 'a later attempt uses the shape'
  WHERE ${ofAnother} AND generation < $3 AND kind = 'retire' AND status IN ('pending', 'running')`;
