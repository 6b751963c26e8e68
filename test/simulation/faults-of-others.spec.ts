import { describe, expect, it } from '@jest/globals';
import type { Guard } from '../../src/core/policy/guard.ts';
import type { Policy } from '../../src/core/policy/policy.ts';
import { isTerminal } from '../../src/core/rollout/phase.ts';
import { exposureOf } from '../../src/core/rollout/wanted-route.ts';
import { type Faults, faultyPolicy, FaultyWorld } from '../support/faulty-world.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { providerEveryMs } from '../support/simulated-provider.ts';

const rough: Faults = { crash: 0.03, lostAnswer: 0.2, unreachable: 0.1 };
const seeds = Array.from({ length: 10 }, (_, n) => 3_000 + n);
const steps = 1_600;

const slo: Guard = {
  name: 'slo',
  threshold: 'metric',
  provider: 'main',
  expr: 'job:checkout_success:ratio',
  min: 0.9,
  max: null,
  intervalMs: providerEveryMs,
  windowMs: providerEveryMs,
  failAfter: { failures: 2, of: 3 },
};
const policy: Policy = { ...faultyPolicy, guards: [...faultyPolicy.guards, slo] };

/** What else goes wrong beside Crossfade: the provider is away now and then, and somebody edits the flag. */
class Troubles {
  readonly #world: FaultyWorld;
  readonly #random: () => number;
  outages = 0;
  edits = 0;
  /** Since when the provider has been away, in a row. Milliseconds. */
  awayMs = 0;
  /** Whether a person has switched the flag off and nobody has said to go on. */
  isSwitchedOff = false;

  constructor(world: FaultyWorld, seed: number) {
    this.#world = world;
    this.#random = seededRandom(seed);
  }

  happen(): void {
    const { world, rollout } = this.#world;
    if (this.#chance(this.#world.provider.isAway ? 0.05 : 0.01)) {
      this.#world.provider.isAway = !this.#world.provider.isAway;
      this.outages += this.#world.provider.isAway ? 1 : 0;
    }
    this.awayMs = this.#world.provider.isAway ? this.awayMs + 250 : 0;
    if (world.flag !== null && rollout.phase === 'running' && this.#chance(0.004)) {
      world.toggle(false);
      this.edits += 1;
      this.isSwitchedOff = true;
    }
    if (rollout.phase === 'paused' && world.commands.length === 0 && this.#chance(0.03)) {
      world.ask('resume');
      this.isSwitchedOff = false;
    }
  }

  #chance(probability: number): boolean {
    return this.#random() < probability;
  }
}

describe('seeded faults of others', () => {
  it.each(seeds)(
    'seed %i: outages of the provider and hands on the flag move nobody',
    async (seed) => {
      const world = new FaultyWorld(seed, rough, policy);
      const troubles = new Troubles(world, seed);
      await world.begin();
      for (let step = 0; step < steps && !isTerminal(world.rollout.phase); step += 1) {
        troubles.happen();
        const before = world.rollout;
        await world.step();
        const after = world.rollout;
        const rose = exposureOf(after.route.spec) > exposureOf(before.route.spec);
        // What it said last stays fresh for three of its intervals.
        expect(rose && troubles.awayMs > 3 * providerEveryMs + 250).toBe(false);
        expect(after.phase).not.toBe('rolling_back');
        const { flag } = world.world;
        expect(troubles.isSwitchedOff && flag?.route.enabled === true).toBe(false);
      }
      expect(troubles.outages + troubles.edits).toBeGreaterThan(0);
      world.provider.isAway = false;
      for (let step = 0; step < steps && !isTerminal(world.rollout.phase); step += 1) {
        if (world.rollout.phase === 'paused' && world.world.commands.length === 0) {
          world.world.ask('resume');
        }
        await world.step();
      }
      expect(world.rollout.phase).toBe('completed');
      expect(world).toMatchObject({ lostWrites: 0, stale: 0, wronged: 0 });
    },
  );

  it.each(seeds.slice(0, 4))(
    'seed %i: what the provider tells of harm still sends everybody back',
    async (seed) => {
      const world = new FaultyWorld(seed, rough, policy);
      const troubles = new Troubles(world, seed);
      await world.begin();
      for (let step = 0; step < steps && world.rollout.exposurePeak < 25; step += 1)
        await world.step();
      world.provider.value = 0.5;
      for (let step = 0; step < steps && !isTerminal(world.rollout.phase); step += 1) {
        troubles.happen();
        await world.step();
      }
      expect(world.rollout.phase).toBe('rolled_back');
      expect(world.lostWrites).toBe(0);
    },
  );
});
