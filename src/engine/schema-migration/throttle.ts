import type { TargetDatabase } from '../ports/target-database.ts';

/** Somebody who waits for a lock for longer than this is a sign of distress. */
const WAITING_MS = 200;
/** A replica that is further behind than this must catch up first. */
const REPLICA_LAG_MS = 5_000;
/** A batch that took this many times its target has met resistance. */
const LONG_BATCH = 4;

/** Why the next batch should wait, in words; null when nothing speaks against it. */
export async function reasonToThrottle(database: TargetDatabase): Promise<string | null> {
  const [row] = await database.query<{ waiters: number; lag: number }>(
    `SELECT (SELECT count(*) FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
         -- Only an index that is being built waits for transactions, and it is in nobody's way.
         WHERE NOT l.granted AND l.locktype NOT IN ('advisory', 'virtualxid') AND a.datname = current_database()
           AND l.waitstart < clock_timestamp() - make_interval(secs => $1 / 1000.0))::int AS waiters,
       (SELECT coalesce(max(extract(epoch FROM replay_lag)) * 1000, 0)
         FROM pg_stat_replication)::float8 AS lag`,
    [WAITING_MS],
  );
  if (row === undefined) return null;
  if (row.waiters > 0) return `throttled: ${row.waiters} sessions wait for locks`;
  if (row.lag > REPLICA_LAG_MS) {
    return `throttled: a replica is ${(row.lag / 1000).toFixed(1)} s behind`;
  }
  return null;
}

/** The same judgement about the batch that has just ended. */
export function longBatch(elapsedMs: number, targetMs: number): string | null {
  if (elapsedMs <= targetMs * LONG_BATCH) return null;
  return `throttled: the last batch took ${Math.round(elapsedMs)} ms, its target is ${targetMs} ms`;
}
