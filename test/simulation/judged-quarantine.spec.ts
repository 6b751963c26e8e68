import { describe, expect, it } from '@jest/globals';
import type { Policy } from '../../src/core/policy/policy.ts';
import { stageOfUnit } from '../../src/core/stage/stage-of-unit.ts';
import { examplePolicy } from '../support/example-policy.ts';
import { FaultyWorld, type Faults, population } from '../support/faulty-world.ts';

const calm: Faults = { crash: 0, lostAnswer: 0, unreachable: 0 };
const rough: Faults = { crash: 0.03, lostAnswer: 0.2, unreachable: 0.2 };

/** Shares that bake long enough for one unit's harm to show beyond the usual tolerance. */
const policy: Policy = {
  ...examplePolicy,
  evidence: { ...examplePolicy.evidence, historyMs: 60_000 },
  steps: examplePolicy.steps.map((step) =>
    step.kind === 'share' ? { ...step, bakeMs: 60_000, patienceMs: 3_600_000 } : step,
  ),
};

async function run(world: FaultyWorld, until: () => boolean, steps = 4_000): Promise<boolean> {
  for (let step = 0; step < steps; step += 1) {
    if (until()) return true;
    await world.step();
  }
  return until();
}

/** A rollout at 25 % in which one unit that has been served well begins to fail. */
async function broken(
  seed: number,
  faults: Faults,
  sides: 'new' | 'both',
): Promise<{ world: FaultyWorld; unit: string }> {
  const world = new FaultyWorld(seed, faults, policy);
  await world.begin();
  await run(world, () => world.rollout.exposurePeak >= 25);
  const route = world.world.flag?.route;
  const unit = population
    .slice(1)
    .find((name) => route !== undefined && stageOfUnit(route, name).side === 'new');
  if (unit === undefined) throw new Error('nobody is in the share');
  world.broken = { units: [unit], sides };
  return { world, unit };
}

const actionsOf = (world: FaultyWorld): readonly string[] =>
  (world.store.entries.get(world.rollout.id)?.decisions ?? []).map(({ action }) => action);
const isHeldAtContract = (world: FaultyWorld): boolean => world.rollout.hold?.code === 'units';

describe('one broken unit, found by the judge', () => {
  it('goes back alone, and the rollout goes on to the gate of contract', async () => {
    const { world, unit } = await broken(1, calm, 'new');
    const brokenAt = world.world.now;
    await run(world, () => actionsOf(world).includes('quarantine'));
    expect(world.rollout.quarantined).toMatchObject([{ unit, guard: 'errors' }]);
    expect(world.world.now - brokenAt).toBeLessThanOrEqual(15_000);
    expect(await run(world, () => isHeldAtContract(world))).toBe(true);
    expect(world.rollout.hold?.reason).toContain(unit);
    expect(world.rollout.exposurePeak).toBe(100);
    expect(actionsOf(world)).not.toContain('rollback');
    expect(actionsOf(world).filter((action) => action === 'quarantine')).toHaveLength(1);
  });

  it('is given back when it fails on the old side as well', async () => {
    const { world, unit } = await broken(2, calm, 'both');
    await run(world, () => actionsOf(world).includes('quarantine'));
    expect(world.rollout.quarantined).toMatchObject([{ unit }]);
    const { at } = world.rollout.quarantined?.[0] ?? { at: 0 };
    await run(world, () => actionsOf(world).includes('release'));
    expect(world.world.now - at).toBeGreaterThanOrEqual(120_000);
    expect(world.rollout.quarantined?.[0]).toMatchObject({ unit, probe: 'released' });
    expect(actionsOf(world)).not.toContain('rollback');
  });

  it.each([11, 12, 13, 14])(
    'seed %i: arrives though everything goes wrong on the way',
    async (seed) => {
      const { world, unit } = await broken(seed, rough, 'new');
      await run(world, () => actionsOf(world).includes('quarantine'));
      expect(world.rollout.quarantined).toMatchObject([{ unit }]);
      expect(await run(world, () => world.rollout.quarantined?.[0]?.arrivedAt !== null)).toBe(true);
      const routes = world.world.instances.flatMap(({ route }) => (route === null ? [] : [route]));
      expect(routes.map((route) => stageOfUnit(route, unit).side)).toEqual(['old', 'old']);
      expect(await run(world, () => isHeldAtContract(world))).toBe(true);
      expect(world).toMatchObject({ lostWrites: 0, stale: 0 });
    },
  );
});
