import type { KillSchedule } from './kill-schedule.ts';
import { RolloutStage } from './rollout-stage.ts';

/** What stands at the end: the table in both shapes, and the work that was done on the target. */
export interface EndState {
  readonly phase: string;
  readonly rows: number;
  /** Digest over key, new value and the old value in the trash, of every row. */
  readonly shapes: string;
  /** Kind, status, what was done and how many rows differed, of every job. */
  readonly jobs: readonly string[];
  readonly quarantined: number;
  /** What users were refused. */
  readonly failures: readonly string[];
  readonly kills: readonly string[];
  readonly wounds: readonly string[];
}

/**
 * One rollout from start to contract under traffic. The server is killed at each of the points in
 * turn and started again.
 */
export async function killedRollout({ before, inContract }: KillSchedule): Promise<EndState> {
  const stage = await RolloutStage.set();
  try {
    await stage.dieAt(before, 'start');
    await stage.live('start');
    await stage.until((view) => view.steps[view.stepIndex]?.kind === 'contract');
    await stage.users.everyRowWritten();
    await stage.users.rest();
    await stage.dieAt(inContract, 'complete');
    await stage.live('complete');
    const { phase } = await stage.until((view) => view.endedAt !== null);
    const { kills, wounds, users } = stage;
    return { phase, ...(await endOf(stage)), failures: users.failures, kills, wounds };
  } finally {
    await stage.close();
  }
}

/** What stands on the target when contract has been there. */
export async function endOf(
  stage: RolloutStage,
): Promise<Pick<EndState, 'rows' | 'shapes' | 'jobs' | 'quarantined'>> {
  const [trashed] = await stage.select<{ trash: string }>(
    `SELECT attname AS trash FROM pg_attribute
     WHERE attrelid = 'public.users'::regclass AND attname LIKE '\\_crossfade\\_%dob'`,
  );
  const [table] = await stage.select<{ rows: number; shapes: string }>(
    `SELECT count(*)::int AS rows,
       md5(string_agg(id || ' ' || birthdate || ' ' || "${trashed?.trash}", ',' ORDER BY id)) AS shapes
     FROM public.users`,
  );
  const jobs = await stage.select<{ job: string }>(
    `SELECT concat_ws(' ', kind, status, done, 'of', total, differences) AS job
     FROM crossfade.job ORDER BY 1`,
  );
  const quarantined = await stage.select('SELECT 1 FROM crossfade.quarantine');
  return {
    rows: table?.rows ?? 0,
    shapes: table?.shapes ?? '',
    jobs: jobs.map(({ job }) => job),
    quarantined: quarantined.length,
  };
}
