import { describe, expect, it } from '@jest/globals';
import { examplePolicy } from '../../../test/support/example-policy.ts';
import { SimulatedWorld } from '../../../test/support/simulated-world.ts';
import type { Guard } from '../policy/guard.ts';
import { decide } from './decide.ts';
import type { Decision } from './decision.ts';
import { judgeStepOf } from './judge-step-of.ts';
import { type JudgeMemory, judgeTick, type TickInput } from './judging.ts';
import { rebaseMemory } from './rebase-memory.ts';
import { type DecisionRecord, isWhole, replay, replayMemory } from './replay.ts';

const world = new SimulatedWorld();

function tick(now: number, failed: number): TickInput {
  return {
    now,
    step: judgeStepOf(examplePolicy, world.rollout),
    startedAt: 0,
    settledAt: null,
    evidence: {
      at: now,
      revision: 1,
      seconds: 1,
      units: [{ unit: 'acme', cohort: 'baseline', operation: 'read', requests: 100, failed }],
      latency: [],
      comparisons: [],
    },
    newestAt: now,
    health: { at: now, lock_wait: 3, longest_transaction: 40 },
    metrics: [],
  };
}

/** The memory after some ticks, each written and read back in between as the store does. */
function remembered(ticks: readonly TickInput[]): JudgeMemory | null {
  return ticks.reduce<JudgeMemory | null>((memory, input) => {
    const { memory: next } = judgeTick(examplePolicy, memory, input);
    return JSON.parse(JSON.stringify(next)) as JudgeMemory | null;
  }, null);
}

function stored(change: Partial<Decision> = {}): DecisionRecord {
  const ticks = [tick(1_000, 1), tick(2_000, 0), tick(3_000, 7)];
  const input = tick(4_000, 2);
  const memory = remembered(ticks);
  const { measurements: _m, history: _h, ...seen } = world.observe();
  const { measurements, history } = judgeTick(examplePolicy, memory, input);
  const { rollout } = world;
  const observations = { ...seen, measurements, history };
  const { decision } = decide({ policy: examplePolicy, rollout, observations, now: input.now });
  if (decision === null) throw new Error('the first tick of a rollout decides to start');
  const checkpoint = { rollout, seen, memory };
  const order = { seq: 9, fence: 9, before: null, follows: 8 };
  const record = { ...order, policy: examplePolicy, checkpoint, input };
  return JSON.parse(
    JSON.stringify({ ...record, decision: { ...decision, ...change } }),
  ) as DecisionRecord;
}

describe('replay', () => {
  it('comes to the stored decision, measurement by measurement', () => {
    const again = replay(stored());
    const verdicts = again.decision?.measurements.map(({ verdict }) => verdict) ?? [];
    expect(verdicts.length).toBeGreaterThan(0);
    expect(verdicts).not.toContain('providerError');
    expect(again).toMatchObject({ differences: [], otherVersions: [] });
  });

  it('names the place where the record was changed', () => {
    expect(replay(stored({ reason: 'somebody edited this' })).differences).toEqual([
      expect.objectContaining({ where: 'reason', stored: 'somebody edited this' }),
    ]);
  });

  it('notices when the last bit of a measurement is another one', () => {
    const { decision } = stored();
    const [first, ...rest] = decision.measurements;
    if (first === undefined) throw new Error('nothing was measured');
    const logHarm = (first.logHarm ?? 0) + Number.EPSILON;
    const { differences } = replay(stored({ measurements: [{ ...first, logHarm }, ...rest] }));
    expect(differences.map(({ where }) => where)).toEqual(['measurements.0.logHarm']);
  });

  it('says when another version decided', () => {
    expect(replay(stored({ version: 0 })).otherVersions).toEqual([
      expect.stringContaining('decided by version 0'),
    ]);
  });
});

describe('replayMemory', () => {
  const one = { first: examplePolicy, later: examplePolicy };
  const ticks = [tick(1_000, 1), tick(2_000, 0), tick(3_000, 7)];

  it('builds the same memory from the same ticks', () => {
    expect(replayMemory(one, null, ticks, remembered(ticks))).toEqual([]);
  });

  it('goes on by the revision that a rebase moved it onto, in its first tick', () => {
    const [guard, ...others] = examplePolicy.guards;
    const stricter = { ...guard, tolerate: { ratio: 1, add: 0 } } as Guard;
    const later = { ...examplePolicy, revision: 'fedcba987654', guards: [stricter, ...others] };
    const [first, ...rest] = ticks as [TickInput, ...TickInput[]];
    const judged = judgeTick(examplePolicy, null, first).memory;
    const to = rest.reduce(
      (memory, tick) => judgeTick(later, memory, tick).memory,
      rebaseMemory(judged, examplePolicy, later, first.now),
    );
    expect(replayMemory({ first: examplePolicy, later }, null, ticks, to)).toEqual([]);
    const unmoved = rest.reduce(
      (memory, tick) => judgeTick(examplePolicy, memory, tick).memory,
      judged,
    );
    expect(replayMemory(one, null, ticks, unmoved)).toEqual([]);
  });

  it('finds a tick that is missing, and one that was changed', () => {
    const to = remembered(ticks);
    expect(replayMemory(one, null, ticks.slice(1), to)).not.toEqual([]);
    const changed = [tick(1_000, 2), ...ticks.slice(1)];
    expect(replayMemory(one, null, changed, to)).not.toEqual([]);
  });
});

describe('isWhole', () => {
  const linked = [
    { fence: 4, follows: 3 },
    { fence: 6, follows: 4 },
  ];

  it('holds when each tick follows the one before it, and the decision the last', () => {
    expect(isWhole(linked, { before: 1, follows: 6 })).toBe(true);
    expect(isWhole([{ fence: 1, follows: null }], { before: null, follows: 1 })).toBe(true);
    expect(isWhole([], { before: null, follows: null })).toBe(true);
  });

  it('does not when one was forgotten: in between, at the end or at the beginning', () => {
    expect(
      isWhole(
        [
          { fence: 4, follows: 3 },
          { fence: 7, follows: 6 },
        ],
        { before: 1, follows: 7 },
      ),
    ).toBe(false);
    expect(isWhole(linked, { before: 1, follows: 8 })).toBe(false);
    expect(isWhole(linked, { before: null, follows: 6 })).toBe(false);
    expect(isWhole([], { before: null, follows: 2 })).toBe(false);
  });
});
