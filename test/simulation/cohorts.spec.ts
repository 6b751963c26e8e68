import { describe, expect, it } from '@jest/globals';
import type { CountStep } from '../../src/core/policy/step.ts';
import type { Policy } from '../../src/core/policy/policy.ts';
import { planCohorts } from '../../src/core/rollout/plan-cohorts.ts';
import { stageOfUnit } from '../../src/core/stage/stage-of-unit.ts';
import { share } from '../support/checked-policy.ts';
import { examplePolicy } from '../support/example-policy.ts';
import { SimulatedWorld } from '../support/simulated-world.ts';

const names = Array.from({ length: 200 }, (_, n) => `tenant-${n}`);
const traffic = { names, requests: names.map((_, n) => n + 1) };
const baked = { bakeMs: 1_000, patienceMs: 60_000, require: 'notWorse' } as const;
const count = (units: number, order: CountStep['order'] = 'hash'): CountStep => {
  return { kind: 'count', size: { units }, order, ...baked };
};
const part: CountStep = { kind: 'count', size: { part: 0.005 }, order: 'hash', ...baked };
const shares = [5, 25, 90, 100].map((percent) => ({ ...share(percent), bakeMs: 1_000 }));

function policyOf(change: Partial<Policy>, ...counts: readonly CountStep[]): Policy {
  const [expand, backfill, verify, shadow, ring] = examplePolicy.steps;
  const before = [expand, backfill, verify, shadow, ring].flatMap((step) => step ?? []);
  return { ...examplePolicy, ...change, steps: [...before, ...counts, ...shares] };
}

/** Who was on the new side in each step. */
function walk(policy: Policy): readonly (readonly string[])[] {
  const world = new SimulatedWorld(policy);
  world.traffic = traffic;
  const moved = new Map<number, readonly string[]>();
  world.runUntil(({ rollout, flag }) => {
    if (flag !== null && rollout.step.settledAt !== null) {
      const side = (unit: string) => stageOfUnit(flag.route, unit).side;
      moved.set(
        rollout.step.index,
        names.filter((unit) => side(unit) === 'new'),
      );
    }
    return rollout.phase === 'completed';
  });
  expect(world.rollout.phase).toBe('completed');
  return policy.steps.map((_, index) => moved.get(index) ?? []);
}

function expectMonotone(walked: readonly (readonly string[])[]): void {
  for (const [at, before] of walked.entries()) {
    const after = new Set(walked[at + 1] ?? names);
    expect(before.filter((unit) => !after.has(unit))).toEqual([]);
  }
}

describe('a rollout that counts units', () => {
  it('moves exactly so many, then the shares, and nobody jumps back', () => {
    const walked = walk(policyOf({}, part, count(3), count(10)));
    expect(walked.slice(4, 8).map(({ length }) => length)).toEqual([0, 1, 3, 10]);
    expectMonotone(walked);
  });

  it('lets those with the least traffic go first where it is told to', () => {
    const walked = walk(policyOf({}, count(4, 'smallestTraffic')));
    expect(walked[5]).toEqual(['tenant-0', 'tenant-1', 'tenant-2', 'tenant-3']);
    expectMonotone(walked);
  });

  it('holds while no unit with traffic is known to choose from', () => {
    const world = new SimulatedWorld(policyOf({}, count(3)));
    for (let tick = 0; tick < 100; tick += 1) world.tick();
    expect(world.rollout.hold?.code).toBe('units');
    expect(world.rollout.phase).toBe('running');
    world.traffic = traffic;
    expect(world.runUntil(({ rollout }) => rollout.phase === 'completed')).toBe(true);
  });

  it('goes back as a whole when a counted unit fails, as in a ring', () => {
    const world = new SimulatedWorld(policyOf({}, count(3)));
    world.traffic = traffic;
    world.runUntil(
      ({ flag }) => flag?.route.rings.some(({ name }) => name === 'by count') ?? false,
    );
    world.bad = world.flag?.route.rings.at(-1)?.units.slice(0, 1) ?? [];
    expect(world.runUntil(({ rollout }) => rollout.phase === 'rolled_back')).toBe(true);
  });
});

describe('units that move together', () => {
  const groups = Array.from({ length: 20 }, (_, n) => [
    `tenant-${n}`,
    `tenant-${n + 50}`,
    `tenant-${n + 100}`,
  ]);

  it('are on one side at every step, and never jump back', () => {
    const walked = walk(policyOf({ groups }, count(7)));
    for (const moved of walked) {
      const torn = groups.filter((members) => {
        const inside = members.filter((unit) => moved.includes(unit));
        return inside.length !== 0 && inside.length !== members.length;
      });
      expect(torn).toEqual([]);
    }
    expect(walked.at(-1)).toHaveLength(names.length);
    expectMonotone(walked);
  });

  it('are told beforehand, step by step, as they then move', () => {
    const policy = policyOf({ groups }, count(7), count(12, 'smallestTraffic'));
    const planned = planCohorts(policy, { units: names, traffic }, 7);
    const walked = walk(policy);
    expect(planned.map(({ units }) => units)).toEqual(walked.map(({ length }) => length));
    expect(planned[6]?.list).toEqual(walked[6]?.toSorted());
    const requests = (walked[6] ?? []).reduce((sum, unit) => sum + names.indexOf(unit) + 1, 0);
    expect(planned[6]?.traffic).toBeCloseTo(requests / (100 * 201), 12);
  });
});
