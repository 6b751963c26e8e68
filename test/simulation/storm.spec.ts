import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { FiringAlert } from '../../src/core/alerts/alert.ts';
import { concernOf } from '../../src/core/notify/attention.ts';
import type { Guard } from '../../src/core/policy/guard.ts';
import type { Policy } from '../../src/core/policy/policy.ts';
import { exposureOf } from '../../src/core/rollout/wanted-route.ts';
import { type StormView, stormLimits } from '../../src/core/storm/storm-view.ts';
import { fellowsByAlert } from '../../src/core/storm/storm.ts';
import { blamedProviders } from '../../src/core/storm/wish.ts';
import { examplePolicy } from '../support/example-policy.ts';
import { firingAlert } from '../support/firing-alert.ts';
import { SimulatedWorld } from '../support/simulated-world.ts';

const slo: Guard = {
  name: 'slo',
  threshold: 'metric',
  provider: 'main',
  expr: 'up',
  min: 1,
  max: null,
  intervalMs: 15_000,
  windowMs: 15_000,
  failAfter: { failures: 1, of: 1 },
};
const policy: Policy = {
  ...examplePolicy,
  guards: [...examplePolicy.guards, slo],
  alerts: [{ match: { service: 'users' }, do: 'rollback' }],
  notify: { page: ['oncall'], info: ['channel'] },
};
const main = 'metrics:identity/main';

/** With so many others that would go back by the same word. */
function storm(others: number, provider = main): StormView {
  const fellows = Array.from({ length: others }, (_, n) => ({
    rollout: `other-${n}-1`,
    policy: `other-${n}`,
    project: n < 2 ? 'identity' : 'shop',
    providers: [provider],
  }));
  return { fellows, isPossible: true, limits: stormLimits };
}

function exposedWorld(): SimulatedWorld {
  const world = new SimulatedWorld(policy);
  world.runUntil(({ rollout }) => rollout.exposurePeak >= 25);
  return world;
}

/** Ticks for so long; whether it has decided to go back, and after how many milliseconds. */
function wentBackAfter(world: SimulatedWorld, forMs: number): number | null {
  for (let waited = 500; waited <= forMs; waited += 500) {
    world.tick();
    if (world.rollout.phase === 'rolling_back') return waited;
  }
  return null;
}

const users = ({ now }: SimulatedWorld, labels: Record<string, string> = {}): FiringAlert =>
  firingAlert(now, { labels: { alertname: 'SLO', service: 'users', ...labels } });

describe('a storm of rollbacks', () => {
  it('holds and pages when three would go back by the word of one provider', () => {
    const world = exposedWorld();
    world.verdicts = { slo: 'fail' };
    world.storm = storm(3);
    const { decision } = world.tick();
    expect(decision).toMatchObject({
      action: 'hold',
      reason:
        'storm: 4 rollouts would go back by the word of provider main of identity alone (besides ' +
        'this one other-0, other-1, 1 of other projects); held for 10m at the most, unless ' +
        'evidence of its own comes',
    });
    const told = world.notices.map(({ recipient, notice }) => `${recipient} ${notice.urgency}`);
    expect(told.slice(-2)).toEqual(['oncall page', 'channel page']);
    expect(concernOf(world.rollout)).toEqual({ reason: 'storm', attention: 'page' });
    expect(wentBackAfter(world, 60_000)).toBeNull();
    expect(world.rollout.hold?.code).toBe('storm');
  });

  it('is none of two, nor where fewer stand on the provider: then nothing is waited for', () => {
    const alone = exposedWorld();
    alone.verdicts = { slo: 'fail' };
    alone.storm = { ...storm(1), isPossible: false };
    expect(wentBackAfter(alone, 5_000)).toBe(500);
  });

  it('is waited for by two seconds where others could still want to, and no longer', () => {
    const world = exposedWorld();
    world.verdicts = { slo: 'fail' };
    world.storm = storm(1);
    expect(wentBackAfter(world, 10_000)).toBe(2_500);
    const alerted = exposedWorld();
    alerted.alerts = [users(alerted)];
    alerted.storm = storm(1, 'alerts:alertmanager');
    expect(wentBackAfter(alerted, 10_000)).toBe(500);
  });

  it('is over for each by itself: the provider is well again, or its time has passed', () => {
    const healed = exposedWorld();
    healed.verdicts = { slo: 'fail' };
    healed.storm = storm(4);
    healed.tick();
    healed.verdicts = {};
    healed.storm = null;
    expect(healed.runUntil(({ rollout }) => rollout.phase === 'completed')).toBe(true);
    expect(healed.rollout).not.toHaveProperty('wish');
    const lasting = exposedWorld();
    lasting.verdicts = { slo: 'fail' };
    lasting.storm = storm(4);
    const after = wentBackAfter(lasting, 700_000);
    expect(after).toBe(600_500);
    const left = exposedWorld();
    left.verdicts = { slo: 'fail' };
    left.storm = storm(4);
    left.tick();
    left.storm = storm(0);
    expect(wentBackAfter(left, 5_000)).toBe(2_000);
  });

  it('holds what is paused as well, and lets a person send back whatever it holds', () => {
    const world = exposedWorld();
    world.ask('pause');
    world.tick();
    world.verdicts = { slo: 'fail' };
    world.storm = storm(2);
    expect(world.tick().decision).toMatchObject({ action: 'hold', to: 'paused' });
    world.verdicts = {};
    world.tick();
    expect(world.rollout).toMatchObject({ phase: 'paused', hold: null });
    world.verdicts = { slo: 'fail' };
    world.tick();
    world.ask('rollback');
    expect(world.tick().decision).toMatchObject({ action: 'rollback', by: 'alice' });
  });

  it('is nothing to an alert that names this rollout alone', () => {
    const world = exposedWorld();
    world.alerts = [users(world, { rollout: policy.name })];
    world.storm = storm(5, 'alerts:alertmanager');
    expect(wentBackAfter(world, 5_000)).toBe(500);
  });

  it('is seen at once where one alert sends back several, by their own rules', () => {
    const world = exposedWorld();
    world.alerts = [users(world)];
    const context = {
      policy,
      rollout: world.rollout,
      now: world.now,
      observations: world.observe(),
    };
    expect(blamedProviders(context)).toEqual(['alerts:alertmanager']);
    const one = { rollout: 'a-1', policy: 'a', project: 'shop' };
    const heeds = { ...one, alerts: [{ match: { service: 'users' }, do: 'rollback' as const }] };
    const holds = { ...one, alerts: [{ match: { service: 'users' }, do: 'hold' as const }] };
    expect(fellowsByAlert(context, [heeds, holds, one])).toEqual([
      { ...one, providers: ['alerts:alertmanager'] },
    ]);
  });

  it('delays no rollback that has evidence of its own, and lets nobody rise', () => {
    const verdict = fc.constantFrom('pass', 'fail', 'inconclusive', 'noData', 'providerError');
    const verdicts = fc.record({ errors: verdict, reads: verdict, slo: verdict });
    const looks = fc.array(
      fc.record({ verdicts, others: fc.integer({ min: 0, max: 6 }), alerted: fc.boolean() }),
      { minLength: 1, maxLength: 30 },
    );
    const property = fc.property(looks, (seen) => {
      const world = exposedWorld();
      for (const { verdicts: told, others, alerted } of seen) {
        world.verdicts = told;
        world.alerts = alerted ? [users(world)] : [];
        world.storm = storm(others);
        const before = exposureOf(world.rollout.route.spec);
        const isOwn = told.errors === 'fail' || told.reads === 'fail';
        const { decision } = world.tick();
        if (isOwn) return decision?.action === 'rollback';
        if (decision?.action === 'rollback') return others < 2;
        if (exposureOf(world.rollout.route.spec) > before && (alerted || told.slo !== 'pass')) {
          return false;
        }
      }
      return true;
    });
    expect(fc.check(property, { numRuns: 150, seed: 20261122 }).counterexample).toBeNull();
  });
});
