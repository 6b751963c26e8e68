import type { JobSpec, JobStatus } from '../../core/schema-migration/job.ts';
import type { TargetDatabase } from '../ports/target-database.ts';

/** How far the rounds of parity of a rollout are. Times by the target's clock. */
export interface ParityRound {
  readonly status: JobStatus;
  readonly generation: number;
  /** Of the round under way, or of the last one. */
  readonly compared: number;
  readonly total: number | null;
  readonly differences: number;
  readonly reason: string | null;
  /** Milliseconds since it ended, when it has. */
  readonly restedMs: number;
  /** The last whole round; null before the first. */
  readonly last: WholeRound | null;
}

export interface WholeRound {
  readonly differences: number;
  readonly rows: number;
  readonly tookMs: number;
  /** Epoch milliseconds. */
  readonly endedAt: number;
}

/** So many times as long as a batch took, the rounds leave the target alone. */
const NICE = 4;

/** Null before the first round. */
export async function readRound(
  database: TargetDatabase,
  job: string,
): Promise<ParityRound | null> {
  const [row] = await database.query<RoundRow>(
    `SELECT j.status, j.generation, j.done + s.done AS compared, j.total,
       coalesce(j.differences, s.differences) AS differences, j.reason, j.round AS last,
       (extract(epoch FROM clock_timestamp() - j.updated_at) * 1000)::float8 AS "restedMs"
     FROM crossfade.job j CROSS JOIN LATERAL (SELECT coalesce(sum(done), 0) AS done,
       coalesce(sum(differences), 0) AS differences FROM crossfade.job_slice WHERE job = j.id) s
     WHERE j.id = $1`,
    [job],
  );
  if (row === undefined) return null;
  const { generation, compared, total, differences, ...seen } = row;
  return {
    ...seen,
    generation: Number(generation),
    compared: Number(compared),
    total: total === null ? null : Math.max(Number(total), Number(compared)),
    differences: Number(differences),
  };
}

/**
 * Begins the next round in the place of the one that has ended, so that a rollout of weeks leaves one row.
 * Asking twice begins one.
 */
export async function beginRound(database: TargetDatabase, spec: JobSpec): Promise<void> {
  await database.transaction(async (session) => {
    const [ended] = await session.query<{ round: WholeRound | null }>(
      `DELETE FROM crossfade.job WHERE id = $1 AND generation < $2 AND status NOT IN ('pending', 'running')
       RETURNING round`,
      [spec.id, spec.generation],
    );
    await session.query(
      `INSERT INTO crossfade.job (id, rollout, kind, migration, batch_time_ms, generation, parity_only, pace, round)
       VALUES ($1, $2, 'parity', $3, $4, $5, true, $6, $7) ON CONFLICT (id) DO NOTHING`,
      [
        spec.id,
        spec.rollout,
        JSON.stringify(spec.migration),
        spec.batchTimeMs,
        spec.generation,
        JSON.stringify({ nice: NICE }),
        ended?.round == null ? null : JSON.stringify(ended.round),
      ],
    );
  });
}

/** `bigint` values come as texts. */
interface RoundRow extends Omit<ParityRound, 'generation' | 'compared' | 'total' | 'differences'> {
  readonly generation: string;
  readonly compared: string;
  readonly total: string | null;
  readonly differences: string;
}
