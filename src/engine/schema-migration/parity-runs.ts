import type { DifferingRow } from '../../core/schema-migration/differing-row.ts';
import type { JobStatus } from '../../core/schema-migration/job.ts';
import type { Movement } from '../../core/schema-migration/movement.ts';
import type { UnitRows } from '../../core/schema-migration/unit-rows.ts';
import type { TargetDatabase } from '../ports/target-database.ts';

/** A check of parity that somebody asked for, as its row on the target tells. Times in epoch milliseconds. */
export interface ParityRun {
  readonly generation: number;
  readonly status: JobStatus;
  readonly unit: string | null;
  readonly author: string;
  readonly askedAt: number;
  /** Null until it has ended. */
  readonly endedAt: number | null;
  /** Rows compared, and, where known, rows in all. */
  readonly compared: number;
  readonly total: number | null;
  /** Null until it has ended. */
  readonly differences: number | null;
  /** The first of the rows that differ. */
  readonly differing: readonly DifferingRow[];
  readonly reason: string | null;
}

/** What there is to compare. */
export interface Comparable {
  readonly places: readonly string[];
  /** What is left out, since no column there holds the unit. */
  readonly leftOut: readonly string[];
}

/** Every check of parity under a name, oldest first. */
export async function readParityRuns(
  database: TargetDatabase,
  rollout: string,
): Promise<readonly ParityRun[]> {
  const rows = await database.query<ParityRow>(
    `SELECT generation, status, unit ->> 'unit' AS unit, coalesce(author, 'crossfade') AS author,
       round(extract(epoch FROM created_at) * 1000)::float8 AS "askedAt",
       CASE WHEN status NOT IN ('pending', 'running')
         THEN round(extract(epoch FROM updated_at) * 1000)::float8 END AS "endedAt",
       done + (SELECT coalesce(sum(s.done), 0) FROM crossfade.job_slice s WHERE s.job = job.id) AS compared,
       total, differences, differing, reason
     FROM crossfade.job WHERE rollout = $1 AND kind = 'parity' ORDER BY created_at, id`,
    [rollout],
  );
  return rows.map(({ generation, compared, total, differences, ...row }) => ({
    ...row,
    generation: Number(generation),
    compared: Number(compared),
    total: numberOrNull(total),
    differences: numberOrNull(differences),
  }));
}

export function comparableOf(movements: readonly Movement[], unit: UnitRows | null): Comparable {
  const live = movements.filter(({ state }) => state === 'live');
  const isLeftOut = (one: Movement): boolean => unit !== null && one.rangeOfUnit(unit) === null;
  return {
    places: live.filter((one) => !isLeftOut(one)).map(({ place }) => place),
    leftOut: live.filter(isLeftOut).map(({ place }) => place),
  };
}

/** `bigint` values come as texts. */
interface ParityRow extends Omit<ParityRun, 'generation' | 'compared' | 'total' | 'differences'> {
  readonly generation: string;
  readonly compared: string;
  readonly total: string | null;
  readonly differences: string | null;
}

const numberOrNull = (text: string | null): number | null => (text === null ? null : Number(text));
