import { beforeAll, describe, expect, it } from '@jest/globals';
import { FaultyWorld } from '../../../test/support/faulty-world.ts';
import type { Guard } from '../policy/guard.ts';
import type { HistoryLine, HistoryTick } from './history.ts';
import { readLine, writeLine } from './history-lines.ts';
import { type Replayed, replayLine, whole } from './replay-history.ts';

let recorded: readonly HistoryLine[] = [];

/** A harmful rollout, with every crash and lost answer on its way, written and read back. */
beforeAll(async () => {
  const world = new FaultyWorld(5, { crash: 0.02, lostAnswer: 0.1, unreachable: 0.1 });
  await world.begin();
  for (let step = 0; step < 4_000 && world.rollout.endedAt === null; step += 1) {
    world.harmful = world.rollout.exposurePeak >= 25;
    await world.step();
  }
  recorded = world.history.map((line, index) => readLine(writeLine(line), index + 1));
});

function replayed(lines: readonly HistoryLine[]): Replayed | null {
  return lines.reduce<Replayed | null>((before, line) => replayLine(before, line), null);
}

/** The history with one tick changed; the first for which `pick` holds. */
function changed(
  pick: (tick: HistoryTick) => boolean,
  change: (tick: HistoryTick) => HistoryTick,
): { lines: readonly HistoryLine[]; fence: number } {
  const at = recorded.findIndex((line) => line.kind === 'tick' && pick(line.tick));
  const line = recorded[at];
  if (line?.kind !== 'tick') throw new Error('there is no such tick');
  const lines = recorded.with(at, { kind: 'tick', tick: change(line.tick) });
  return { lines, fence: line.tick.fence };
}

const isRollback = ({ decision }: HistoryTick): boolean => decision?.action === 'rollback';

describe('a history of a whole rollout', () => {
  it('comes out the same from its first tick to its last', () => {
    const result = whole(replayed(recorded));
    expect(result).toMatchObject({ deviation: null, otherVersions: [], isOver: true });
    expect(result.state.rollout.phase).toBe('rolled_back');
    expect(result.ticks).toBe(recorded.length - 2);
    expect(result.decisions).toBeGreaterThan(5);
    expect(result.state.memory?.judge.failures).not.toEqual([]);
  });

  it('names the tick whose decision was another one, and the place', () => {
    const { lines, fence } = changed(isRollback, (tick) => ({
      ...tick,
      decision: tick.decision === null ? null : { ...tick.decision, reason: 'edited' },
    }));
    expect(replayed(lines)?.deviation).toMatchObject({
      fence,
      differences: [{ where: 'decision.reason', stored: 'edited' }],
    });
  });

  it('names the tick in which something was decided that was not, or the other way round', () => {
    const { lines, fence } = changed(isRollback, (tick) => ({ ...tick, decision: null }));
    expect(replayed(lines)?.deviation).toMatchObject({ fence });
  });

  it('notices evidence that was changed, in the last bit of the measurement after it', () => {
    const hasUnits = ({ input }: HistoryTick): boolean => (input.evidence?.units.length ?? 0) > 0;
    const { lines, fence } = changed(hasUnits, (tick) => {
      const { evidence } = tick.input;
      if (evidence === null) return tick;
      const [first, ...rest] = evidence.units;
      const units =
        first === undefined ? [] : [{ ...first, requests: first.requests + 1 }, ...rest];
      return { ...tick, input: { ...tick.input, evidence: { ...evidence, units } } };
    });
    expect(replayed(lines)?.deviation?.fence).toBeGreaterThanOrEqual(fence);
  });

  it('notices a tick that is missing by what the next one stood in', () => {
    const settled = recorded.findIndex(
      (line, index) =>
        line.kind === 'tick' &&
        index > 1 &&
        line.tick.input.settledAt !== null &&
        recorded[index - 1]?.kind === 'tick',
    );
    const lines = recorded.toSpliced(settled - 1, 1);
    const line = recorded[settled];
    const fence = line?.kind === 'tick' ? line.tick.fence : 0;
    const where = replayed(lines.slice(0, -1))?.deviation;
    expect(where).toMatchObject({ fence });
    expect(where?.differences.map((difference) => difference.where)).toContain('settledAt');
  });

  it('notices another end', () => {
    const ticks = recorded.length - 2;
    const lines = recorded.with(-1, { kind: 'end', end: { phase: 'completed', ticks } });
    expect(replayed(lines)?.deviation?.differences).toEqual([
      { where: 'phase', stored: 'completed', replayed: 'rolled_back' },
    ]);
  });

  it('says which versions made it', () => {
    const [head] = recorded;
    if (head?.kind !== 'head') throw new Error('no head');
    const old = { ...head, head: { ...head.head, versions: { decide: 0, judge: 1 } } };
    expect(replayLine(null, old).otherVersions).toEqual([
      expect.stringContaining('decided by version 0, this is'),
      expect.stringContaining('judged by version 1, this is'),
    ]);
  });

  it('is refused when it is torn or out of order', () => {
    expect(() => whole(replayed(recorded.slice(0, 9)))).toThrow('it breaks off after 8 ticks');
    expect(() => whole(replayed([]))).toThrow('it breaks off after 0 ticks');
    expect(() => replayed(recorded.toSpliced(3, 1))).toThrow(/it has \d+ of \d+ ticks/);
    expect(() => replayed(recorded.slice(1))).toThrow('does not begin with its head');
    expect(() => replayed([...recorded, ...recorded])).toThrow('something follows its end');
  });
});

describe('a history with a rebase in it', () => {
  it('comes out the same before it and after it', async () => {
    const world = new FaultyWorld(6, { crash: 0, lostAnswer: 0, unreachable: 0 });
    await world.begin();
    const { policy } = world.world;
    const guards = policy.guards.map((guard) =>
      guard.name === 'errors'
        ? ({ ...guard, tolerate: { ratio: 1.2, add: 0.03 } } as Guard)
        : guard,
    );
    const onto = { ...policy, revision: 'fedcba987654', guards };
    for (let step = 0; step < 4_000 && world.rollout.endedAt === null; step += 1) {
      const { firstExposureAt, rebased } = world.rollout;
      const isDue = firstExposureAt !== null && world.world.now - firstExposureAt > 2_000;
      if (isDue && rebased === undefined && world.world.commands.length === 0) {
        world.world.ask('rebase', 'alice', { onto, from: policy.revision, confirm: true });
      }
      world.harmful = rebased !== undefined;
      await world.step();
    }
    const lines = world.history.map((line, at) => readLine(writeLine(line), at + 1));
    const result = whole(replayed(lines));
    expect(result).toMatchObject({
      deviation: null,
      isOver: true,
      policy: { revision: 'fedcba987654' },
    });
    expect(result.head.policy.revision).toBe(policy.revision);
    expect(result.state.rollout).toMatchObject({
      phase: 'rolled_back',
      policyRevision: 'fedcba987654',
    });
    expect(result.state.memory?.shares?.guards['errors']).toBeLessThan(1);
  });
});
