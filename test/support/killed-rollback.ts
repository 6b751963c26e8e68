import { killedRebase, type RebaseEnd } from './killed-rebase.ts';
import type { RollbackKills } from './kill-schedule.ts';
import { RolloutStage } from './rollout-stage.ts';

/** What a rollback came to that was killed on its way. */
export interface RollbackEnd {
  readonly phase: string;
  /** Where the server died on the way back. */
  readonly kills: readonly string[];
  readonly wounds: readonly string[];
  /** What stood on the target after each death on the way back: the route row, then each job. */
  readonly deaths: readonly string[];
  readonly failures: readonly string[];
  /** Writes that the new side took before the rollback, and after it had ended. */
  readonly newWrites: { readonly before: number; readonly after: number };
  /** Acknowledged writes that do not stand in one of the shapes. */
  readonly lost: readonly string[];
  /** The same at the end. */
  readonly target: string;
  /** Out of a share it goes by a revision that it was rebased onto through another death. */
  readonly rebase: RebaseEnd | null;
}

/** A different value each time, so that no older write can pass for a lost one. */
const dobOf = (_id: number, turn: number): string =>
  new Date(Date.UTC(1970, 0, 1 + (turn % 20_000))).toISOString().slice(0, 10);

/** A rollout is rolled back; the server dies at each of the points on the way and is started again. */
export function killedRollback({ from, points }: RollbackKills): Promise<RollbackEnd> {
  return from === 'share' ? fromShare(points) : fromBackfill(points);
}

/** Out of a share of 50 %, when the new side has taken writes. */
async function fromShare(points: readonly string[]): Promise<RollbackEnd> {
  const stay = (policy: string): string =>
    policy.replace('share: { to: 50%, bake: 1s', 'share: { to: 50%, bake: 1h');
  const stage = await RolloutStage.set(stay, dobOf);
  try {
    await stage.live('start');
    await stage.until(({ exposure }) => exposure.acknowledged === 50);
    await stage.users.newSideWrote(20);
    const rebase = await killedRebase(stage);
    return { ...(await rolledBack(stage, points)), rebase };
  } finally {
    await stage.close();
  }
}

/** Out of a backfill that is half done: a row of its next batch is locked. */
async function fromBackfill(points: readonly string[]): Promise<RollbackEnd> {
  const stage = await RolloutStage.set(undefined, dobOf);
  try {
    await stage.dieAt(['backfill.beforeCursor:2'], 'start');
    return await stage.beside(
      'BEGIN; SELECT 1 FROM public.users WHERE id = 10000 FOR UPDATE',
      async () => {
        await stage.live('start');
        await stage.until(({ jobs }) => jobs.some(isHalfDone));
        return { ...(await rolledBack(stage, points)), rebase: null };
      },
    );
  } finally {
    await stage.close();
  }
}

const isHalfDone = ({ kind, done, reason }: Job): boolean =>
  kind === 'backfill' && done > 0 && reason !== null && reason.includes('locked by others');

type Job = Parameters<Parameters<RolloutStage['until']>[0]>[0]['jobs'][number];

async function rolledBack(
  stage: RolloutStage,
  points: readonly string[],
): Promise<Omit<RollbackEnd, 'rebase'>> {
  const { users } = stage;
  const before = users.newWrites;
  const killsBefore = stage.kills.length;
  const deaths: string[] = [];
  await stage.dieAt(points, 'rollback', async () => void deaths.push(await targetOf(stage)));
  await stage.live('rollback');
  const { phase } = await stage.until((view) => view.endedAt !== null);
  const atTheEnd = users.newWrites;
  await users.visited(100);
  await users.rest();
  const after = users.newWrites - atTheEnd;
  const rows = await stage.select<{ id: string; dob: string; birthdate: string | null }>(
    'SELECT id, dob, birthdate::text FROM public.users',
  );
  const lost = rows.filter(({ id, dob, birthdate }) => {
    const wanted = users.acknowledged.get(Number(id)) ?? dob;
    return dob !== wanted || (birthdate ?? wanted) !== wanted;
  });
  return {
    phase,
    kills: stage.kills.slice(killsBefore),
    wounds: stage.wounds,
    failures: users.failures,
    newWrites: { before, after },
    lost: lost.map((row) => JSON.stringify(row)),
    deaths,
    target: await targetOf(stage),
  };
}

async function targetOf(stage: RolloutStage): Promise<string> {
  const [row] = await stage.select<{ text: string }>(
    `SELECT concat_ws(', ', CASE WHEN (SELECT bool_or(kill) FROM crossfade.route) THEN 'kill' ELSE 'go' END,
       (SELECT string_agg(kind || ' ' || status, ', ' ORDER BY created_at) FROM crossfade.job)) AS text`,
  );
  return row?.text ?? '';
}
