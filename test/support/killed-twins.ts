import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { type EndState, endOf } from './killed-rollout.ts';
import { RolloutStage } from './rollout-stage.ts';
import { seededRandom } from './seeded-random.ts';

/** Longest time that a step is let alone before somebody dies in it. Milliseconds. */
const pauseMs = 400;

/** How it ended, and what was decided or done more than once or out of order; nothing when all was once. */
export interface TwinsEnd extends EndState {
  readonly twice: readonly string[];
}

/**
 * One rollout from start to contract under traffic, by two servers on one state database. So often as it has steps
 * one of them, each in turn, is killed with -9 at a moment drawn by the seed and started again, while the other goes
 * on. The next one dies when the step is reached, or a later one where the start took longer than the steps.
 */
export async function killedTwins(seed: number): Promise<TwinsEnd> {
  const stage = await RolloutStage.set();
  const state = new pg.Client({ connectionString: stage.stateUrl });
  try {
    await stage.addTwin();
    await state.connect();
    await state.query(logFlag);
    await stage.live('start');
    await dieAsStepsGoBy(stage, seededRandom(seed));
    const { phase } = await stage.until((view) => view.endedAt !== null);
    const { rows } = await state.query<{ words: string }>(selectTwice);
    const { kills, wounds, users } = stage;
    const end = { phase, ...(await endOf(stage)), failures: users.failures, kills, wounds };
    return { ...end, twice: rows.map(({ words }) => words) };
  } finally {
    await state.end();
    await stage.close();
  }
}

async function dieAsStepsGoBy(stage: RolloutStage, random: () => number): Promise<void> {
  const { steps } = await stage.until(() => true);
  for (const [index, { kind }] of steps.entries()) {
    const view = await stage.until((one) => one.stepIndex >= index);
    if (kind === 'contract') {
      await stage.users.everyRowWritten();
      await stage.users.rest();
      await stage.live('complete');
    }
    await sleep(random() * pauseMs);
    const which = index % 2 === 0 ? 'server' : 'twin';
    stage.kills.push(`${view.steps[view.stepIndex]?.name ?? 'the end'} (${which})`);
    await stage.killNow(which);
  }
  await stage.live('complete');
}

/** Each write of a flag, kept where no server knows of it. */
const logFlag = `CREATE TABLE public.flag_log (version text);
  CREATE FUNCTION public.log_flag() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN INSERT INTO public.flag_log VALUES (NEW.version::text); RETURN NEW; END $$;
  CREATE TRIGGER log_flag AFTER INSERT OR UPDATE ON crossfade_state.flag
    FOR EACH ROW EXECUTE FUNCTION public.log_flag()`;

/** A decision that leads nowhere new is no second one: those that hold and resume come as often as they must. */
const selectTwice = `SELECT 'flag version ' || version || ' was set ' || count(*) || ' times' AS words
    FROM public.flag_log GROUP BY version HAVING count(*) > 1
  UNION ALL
  SELECT body->>'action' || ' at ' || (body->>'step') || ' was decided ' || count(*) || ' times'
    FROM crossfade_state.decision
    WHERE body->>'action' IN ('start', 'advance', 'complete')
      AND body->>'reason' NOT LIKE 'contract %'
    GROUP BY body->>'action', body->>'step' HAVING count(*) > 1
  UNION ALL
  SELECT 'after ' || came || ' came ' || (body->>'from') FROM (
      SELECT body, lag(body->>'to') OVER (ORDER BY seq) AS came FROM crossfade_state.decision) d
    WHERE came <> body->>'from'`;
