import type { HoldCode } from '../../core/rollout/hold-code.ts';
import type { JobKind, JobState, JobStatus } from '../../core/schema-migration/job.ts';
import { pausedWords } from '../../core/schema-migration/pace.ts';
import type { SchemaMigration } from '../../core/schema-migration/schema-migration.ts';
import type { TargetDatabase } from '../ports/target-database.ts';
import { LAST_CHANGE, PACE_COLUMNS, type PaceRow, shownPace } from './job-pace.ts';

/** Every job of a rollout, oldest first. */
export async function listJobs(
  database: TargetDatabase,
  rollout: string,
): Promise<readonly ListedJob[]> {
  const rows = await database.query<ListRow>(
    `SELECT j.id, j.kind, j.status, j.migration, j.done + s.done AS done, j.total,
       coalesce(s.rate, j.rate) AS rate, j.differences, j.reason,
       j.hold, j.throttle, j.generation, ${PACE_COLUMNS}
     FROM crossfade.job j ${SLICES} ${LAST_CHANGE} WHERE j.rollout = $1 ORDER BY j.created_at, j.id`,
    [rollout],
  );
  return rows.map((row) => ({ migration: row.migration, state: stateOf(rollout, row) }));
}

/** What its slices add to a job: those at work tell how fast it is, together. */
const SLICES = `CROSS JOIN LATERAL (SELECT coalesce(sum(done), 0) AS done,
    coalesce(sum(rate) FILTER (WHERE lease_until > clock_timestamp()), (array_agg(rate ORDER BY id DESC))[1]) AS rate
  FROM crossfade.job_slice WHERE job = j.id) s`;

/** A job's state without the count of quarantined rows, which belongs to its migration. */
export interface ListedJob {
  readonly migration: SchemaMigration;
  readonly state: Omit<JobState, 'quarantined'>;
}

interface ListRow extends PaceRow {
  readonly id: string;
  readonly kind: JobKind;
  readonly status: JobStatus;
  readonly migration: SchemaMigration;
  readonly done: string;
  readonly total: string | null;
  readonly rate: number | null;
  readonly differences: string | null;
  readonly generation: string;
  readonly reason: string | null;
  readonly hold: HoldCode | null;
  readonly throttle: string | null;
}

function stateOf(rollout: string, row: ListRow): Omit<JobState, 'quarantined'> {
  const done = Number(row.done);
  return {
    id: row.id,
    rollout,
    kind: row.kind,
    status: row.status,
    done,
    // An estimate that reality has overtaken would show more than a hundred per cent.
    total: row.total === null ? null : Math.max(Number(row.total), done),
    ...(row.rate === null ? {} : { rate: row.rate }),
    differences: row.differences === null ? null : Number(row.differences),
    reason: pausedWords(row.pace) ?? row.reason,
    ...shownPace(row),
    ...(row.hold === null ? {} : { hold: row.hold }),
    ...(row.throttle === null ? {} : { throttle: row.throttle }),
    generation: Number(row.generation),
  };
}
