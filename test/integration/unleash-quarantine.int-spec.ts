import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Unleash } from 'unleash-client';
import type { StoredStrategy } from '../../src/core/flags/strategy-changes.ts';
import type { Policy } from '../../src/core/policy/policy.ts';
import { examplePolicy } from '../support/example-policy.ts';
import { FaultyWorld, population } from '../support/faulty-world.ts';
import { saveHistory } from '../support/recorded-histories.ts';
import { flagInUnleash } from '../support/unleash-flag.ts';
import { environmentOf, providerOn } from '../support/unleash-project.ts';
import { connectUnleash, variantOf } from '../support/unleash-sdk.ts';
import { startUnleashServer, type UnleashServer } from '../support/unleash-server.ts';

const limitMs = 120_000;
const calm = { crash: 0, lostAnswer: 0, unreachable: 0 };

let server: UnleashServer;
let client: Unleash;
let machine: string;

beforeAll(async () => {
  server = await startUnleashServer();
  machine = await server.personalToken('crossfade-machine');
  client = await connectUnleash(server.url, server.clientToken);
}, limitMs);

afterAll(async () => {
  client?.destroy();
  await server?.stop();
}, limitMs);

function policyFor(flag: string): Policy {
  return {
    ...examplePolicy,
    flag: { provider: 'unleash', name: flag },
    evidence: { ...examplePolicy.evidence, historyMs: 60_000 },
    // Shares that bake long enough for the probe to be heard before they are over.
    steps: examplePolicy.steps.map((step) =>
      step.kind === 'share' ? { ...step, bakeMs: 180_000, patienceMs: 3_600_000 } : step,
    ),
  };
}

/** A rollout whose flag is in Unleash, on its way. Its time is simulated; Unleash is not. */
class Story {
  readonly world: FaultyWorld;
  readonly #flag: string;

  constructor(flag: string) {
    this.#flag = flag;
    const foreign = flagInUnleash(providerOn(server, machine), client, flag);
    this.world = new FaultyWorld(1, calm, policyFor(flag), foreign);
  }

  /** Goes on until `reached`; throws when it does not come to that within 40 simulated minutes. */
  async until(reached: () => boolean): Promise<void> {
    for (let step = 0; step < 9_600; step += 1) {
      if (reached()) return;
      await this.world.step();
    }
    throw new Error(`the rollout stands ${JSON.stringify(this.world.rollout)}`);
  }

  async begunAt(percent: number): Promise<void> {
    await this.world.begin();
    await this.until(() => this.world.rollout.exposurePeak >= percent);
  }

  /** The variant that Unleash's client gives each unit. */
  get served(): ReadonlyMap<string, string> {
    return new Map(population.map((unit) => [unit, variantOf(client, this.#flag, unit)]));
  }

  /** A unit of the share, not of the ring. */
  get somebody(): string {
    const unit = population.slice(1).find((name) => this.served.get(name) === 'live');
    if (unit === undefined) throw new Error('nobody is in the share');
    return unit;
  }

  get actions(): readonly string[] {
    const { store, rollout } = this.world;
    return (store.entries.get(rollout.id)?.decisions ?? []).map(({ action }) => action);
  }

  /** Keeps what happened, where somebody asked for it. */
  save(name: string): void {
    const folder = process.env['CROSSFADE_HISTORIES'];
    if (folder !== undefined) saveHistory(folder, name, this.world.history);
  }

  /** The units that Unleash's Admin API lists as quarantined. */
  async listed(): Promise<readonly string[]> {
    const path = `${environmentOf(this.#flag)}/strategies`;
    const strategies = (await server.admin(machine, 'GET', path)) as StoredStrategy[];
    return strategies
      .filter(({ parameters }) => parameters['crossfade.role'] === 'quarantined')
      .flatMap(({ constraints }) => constraints.flatMap(({ values }) => values));
  }
}

describe('a unit that fails by itself, with the flag in Unleash', () => {
  it(
    'goes back alone; the fault is confirmed; it stays on the old side to the gate of contract',
    async () => {
      const story = new Story('broken-by-new');
      await story.begunAt(25);
      const [before, unit] = [story.served, story.somebody];
      expect(await story.listed()).toEqual([]);
      story.world.broken = { units: [unit], sides: 'new' };

      await story.until(() => story.actions.includes('quarantine'));
      await story.until(() => story.world.rollout.quarantined?.[0]?.arrivedAt !== null);
      expect(story.world.rollout.quarantined).toMatchObject([{ unit, guard: 'errors' }]);
      expect(await story.listed()).toEqual([unit]);
      // Right for the unit, unchanged for everybody else.
      expect(story.served).toEqual(new Map(before).set(unit, 'shadow'));

      const { at } = story.world.rollout.quarantined?.[0] ?? { at: 0 };
      await story.until(() => story.world.rollout.quarantined?.[0]?.probe === 'confirmed');
      expect(story.world.world.now - at).toBeGreaterThanOrEqual(120_000);
      expect(story.served).toEqual(new Map(before).set(unit, 'shadow'));

      await story.until(() => story.world.rollout.hold?.code === 'units');
      const others = population.filter((name) => name !== unit);
      expect(others.map((name) => story.served.get(name))).toEqual(others.map(() => 'rampdown'));
      expect(story.served.get(unit)).toBe('shadow');
      expect(story.actions).not.toContain('rollback');
      expect(story.world.lostWrites).toBe(0);
      story.save('quarantine');
    },
    limitMs,
  );

  it(
    'is given back when it fails on the old side as well',
    async () => {
      const story = new Story('broken-by-itself');
      await story.begunAt(25);
      const [before, unit] = [story.served, story.somebody];
      story.world.broken = { units: [unit], sides: 'both' };

      await story.until(() => story.world.rollout.quarantined?.[0]?.arrivedAt != null);
      expect(story.served).toEqual(new Map(before).set(unit, 'shadow'));

      await story.until(() => story.actions.includes('release'));
      await story.until(() => story.world.rollout.step.settledAt !== null);
      expect(story.world.rollout.quarantined).toMatchObject([{ unit, probe: 'released' }]);
      expect(await story.listed()).toEqual([]);
      expect(story.served).toEqual(before);
      expect(story.actions).not.toContain('rollback');
      story.save('release');
    },
    limitMs,
  );

  it(
    'goes with everybody when everybody goes back',
    async () => {
      const story = new Story('broken-then-harmful');
      await story.begunAt(25);
      const unit = story.somebody;
      story.world.broken = { units: [unit], sides: 'new' };
      await story.until(() => story.world.rollout.quarantined?.[0]?.arrivedAt != null);

      story.world.harmful = true;
      await story.until(() => story.world.rollout.phase === 'rolled_back');
      expect(new Set(story.served.values())).toEqual(new Set(['off']));
      expect(story.world.lostWrites).toBe(0);
    },
    limitMs,
  );
});
