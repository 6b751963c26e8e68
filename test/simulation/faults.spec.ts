import { describe, expect, it } from '@jest/globals';
import { isTerminal } from '../../src/core/rollout/phase.ts';
import { servesOldOnly } from '../../src/core/rollout/wanted-route.ts';
import { type Faults, FaultyWorld } from '../support/faulty-world.ts';
import { seededRandom } from '../support/seeded-random.ts';

const calm: Faults = { crash: 0, lostAnswer: 0, unreachable: 0 };
const rough: Faults = { crash: 0.03, lostAnswer: 0.2, unreachable: 0.2 };
const seeds = Array.from({ length: 12 }, (_, n) => 1_000 + n);

/** Ten simulated minutes; far more than any of these rollouts needs. */
const patience = 2_400;

async function run(world: FaultyWorld, until: () => boolean): Promise<boolean> {
  for (let step = 0; step < patience; step += 1) {
    if (until()) return true;
    await world.step();
  }
  return until();
}

describe('seeded faults', () => {
  it.each(seeds)(
    'seed %i: a healthy migration completes and loses no write (I5, I7)',
    async (seed) => {
      const world = new FaultyWorld(seed, rough);
      await world.begin();
      expect(await run(world, () => isTerminal(world.rollout.phase))).toBe(true);
      expect(world.rollout.phase).toBe('completed');
      expect(world.lostWrites).toBe(0);
      expect(world.newWrites).toBeGreaterThan(0);
      expect(world.rollout.step.gatePassedAt).not.toBeNull();
    },
  );

  it.each(seeds)(
    'seed %i: a harmful one reaches every instance with its rollback (I3, I7)',
    async (seed) => {
      const world = new FaultyWorld(seed, rough);
      await world.begin();
      await run(world, () => world.rollout.exposurePeak >= 25);
      world.harmful = true;
      await run(world, () => world.rollout.phase === 'rolling_back');
      const decidedAt = world.world.now;
      // The bound holds while the flag store can be reached.
      world.faults = { ...rough, unreachable: 0 };
      const everywhere = (): boolean =>
        world.world.instances.every(({ route }) => route !== null && servesOldOnly(route));
      expect(await run(world, everywhere)).toBe(true);
      // A crash costs at most the lease of a claim and the lease of an effect.
      expect(world.world.now - decidedAt).toBeLessThanOrEqual(60_000);
      expect(await run(world, () => isTerminal(world.rollout.phase))).toBe(true);
      expect(world.rollout.phase).toBe('rolled_back');
      expect(world.lostWrites).toBe(0);
      expect(world.world.jobs.states.some((job) => job.kind === 'contract')).toBe(false);
    },
  );

  it.each(seeds)(
    'seed %i: nothing that is wanted no more is performed, and no job that goes on is stopped',
    async (seed) => {
      const world = new FaultyWorld(seed, { ...rough, crash: 0.05, late: 0.2 });
      world.world.jobs.takesMs = 20_000;
      await world.begin();
      const people = seededRandom(seed);
      for (let step = 0; step < 800; step += 1) {
        if (people() < 0.15) world.world.ask(people() < 0.4 ? 'pause' : 'resume');
        await world.step();
      }
      expect(world).toMatchObject({ stale: 0, wronged: 0, lostWrites: 0 });
      const ends = (): boolean => {
        if (world.rollout.phase === 'paused') world.world.ask('resume');
        return isTerminal(world.rollout.phase);
      };
      expect(await run(world, ends)).toBe(true);
      expect(world.rollout.phase).toBe('completed');
      expect(world).toMatchObject({ stale: 0, wronged: 0, lostWrites: 0 });
    },
  );

  it('crashes in these runs, so that they prove something', async () => {
    let crashes = 0;
    for (const seed of seeds) {
      const world = new FaultyWorld(seed, rough);
      await world.begin();
      await run(world, () => isTerminal(world.rollout.phase));
      crashes += world.crashes;
    }
    expect(crashes).toBeGreaterThan(seeds.length);
  });

  it('a rollback arrives within two seconds when nothing goes wrong on the way (I3)', async () => {
    const world = new FaultyWorld(1, calm);
    await world.begin();
    await run(world, () => world.rollout.exposurePeak >= 25);
    world.harmful = true;
    await run(world, () => world.rollout.phase === 'rolling_back');
    const decidedAt = world.world.now;
    await run(world, () => world.rollout.rollback?.convergedAt !== null);
    expect(world.world.now - decidedAt).toBeLessThanOrEqual(2_000);
  });

  it('a worker that wakes up late changes nothing (I2)', async () => {
    const world = new FaultyWorld(2, calm);
    await world.begin();
    await run(world, () => world.rollout.exposurePeak >= 25);
    world.world.pass(1_000);
    const late = await world.freezeWorker();
    world.harmful = true;
    expect(await run(world, () => world.rollout.phase === 'rolled_back')).toBe(true);
    expect(await late()).toBe(false);
    expect(world.rollout.phase).toBe('rolled_back');
    const fences =
      world.store.entries.get(world.rollout.id)?.decisions.map(({ fence }) => fence) ?? [];
    expect(new Set(fences).size).toBe(fences.length);
  });
});
