import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PostgresTickLog } from '../../src/adapters/postgres/postgres-tick-log.ts';
import { createRollout } from '../../src/core/rollout/create-rollout.ts';
import type { Decision } from '../../src/core/rollout/decision.ts';
import { judgeStepOf } from '../../src/core/rollout/judge-step-of.ts';
import type { TickInput } from '../../src/core/rollout/judging.ts';
import { isWhole, type Seen } from '../../src/core/rollout/replay.ts';
import type { Claim } from '../../src/engine/ports/rollout-store.ts';
import { examplePolicy } from '../support/example-policy.ts';
import { quietTick } from '../support/quiet-tick.ts';
import { createStateDatabase, type StateDatabase } from '../support/state-database.ts';

const dayMs = 86_400_000;
const id = `${examplePolicy.name}-1`;

let state: StateDatabase;
let log: PostgresTickLog;

beforeAll(async () => {
  state = await createStateDatabase();
  log = new PostgresTickLog(state.source);
  await state.rollouts.create(createRollout(examplePolicy, id, 1, 0), examplePolicy);
});

afterAll(() => state.close());

const seen: Seen = {
  flag: null,
  instances: [],
  jobs: [],
  routeRow: null,
  targetError: 'as seen in this tick',
  commands: [],
};

function inputOf({ rollout, now }: Claim): TickInput {
  const step = judgeStepOf(examplePolicy, rollout);
  const nothing = { evidence: null, newestAt: null, health: null, metrics: [] };
  return { now, step, startedAt: 0, settledAt: null, ...nothing };
}

function held({ rollout, now }: Claim): Decision {
  const { phase } = rollout;
  const where = { from: phase, to: phase, step: 'expand', at: now };
  const why = { reason: 'as asked', by: 'crossfade', measurements: [], version: 1 };
  return { action: 'hold', ...where, ...why };
}

/** One kept tick, with a decision or without. Answers its fence. */
async function tick(decides: boolean): Promise<number> {
  const claim = await state.rollouts.claimDue('one', 10_000);
  if (claim === null) throw new Error('nothing is due');
  const { rollout, now } = claim;
  const checkpoint = decides ? { rollout, seen, memory: null } : null;
  const trace = { input: inputOf(claim), seen, checkpoint };
  const decision = decides ? held(claim) : null;
  await state.rollouts.commit(claim, quietTick(claim, { trace, decision, dueAt: now }));
  return claim.fence;
}

/** The decision that the whole history begins with, by its fence. */
async function wholeFrom(): Promise<number | undefined> {
  const since = await log.wholeSince(id);
  return since === null ? undefined : (await log.record(since))?.fence;
}

describe('the log of ticks', () => {
  it('knows of each tick what it took in, what it saw, what was decided and what it follows', async () => {
    const fences = [await tick(true), await tick(false), await tick(true)];
    const ticks = await log.ticks(id, 0, Number.MAX_SAFE_INTEGER, 10);
    expect(ticks.map(({ fence }) => fence)).toEqual(fences);
    expect(ticks.map(({ follows }) => follows)).toEqual([null, fences[0], fences[1]]);
    expect(ticks.map((one) => one.seen)).toEqual([seen, seen, seen]);
    expect(ticks.map(({ decision }) => decision?.action ?? null)).toEqual(['hold', null, 'hold']);
    expect(await wholeFrom()).toBe(fences[0]);
  });

  it('forgets after a day what was not decided on, and then knows that it is not whole', async () => {
    const between = await tick(false);
    const decided = await tick(true);
    await state.source.query('UPDATE crossfade_state.clock SET offset_ms = offset_ms + $1', [
      dayMs + 1,
    ]);
    await log.forget(dayMs);
    const ticks = await log.ticks(id, 0, Number.MAX_SAFE_INTEGER, 10);
    expect(ticks.map(({ decision }) => decision?.action)).toEqual(['hold', 'hold', 'hold']);
    expect(ticks.at(-1)).toMatchObject({ fence: decided, follows: between });
    expect(await wholeFrom()).toBe(decided);
    const record = await log.record((await log.wholeSince(id)) ?? 0);
    if (record === null) throw new Error('the decision is gone');
    expect(isWhole(await log.ticks(id, ticks[1]?.fence ?? 0, decided, 10), record)).toBe(false);
  });

  it('sees a gap also when nothing was kept for longer than a day', async () => {
    const decided = await tick(true);
    const quiet = [await tick(false), await tick(false)];
    await state.source.query('UPDATE crossfade_state.clock SET offset_ms = offset_ms + $1', [
      dayMs + 1,
    ]);
    await log.forget(dayMs);
    const later = await tick(true);
    const [newest] = await log.ticks(id, later, later + 1, 1);
    expect(newest?.follows).toBe(quiet[1]);
    expect(await wholeFrom()).toBe(later);
    expect(later).toBeGreaterThan(decided);
  });
});
