import { describe, expect, it } from '@jest/globals';
import { examplePolicy } from '../../../test/support/example-policy.ts';
import { firingAlert } from '../../../test/support/firing-alert.ts';
import { SimulatedWorld } from '../../../test/support/simulated-world.ts';
import type { FiringAlert } from '../alerts/alert.ts';

/** A rollout with the first units on the new side. */
function exposed(): SimulatedWorld {
  const world = new SimulatedWorld();
  expect(world.runUntil((it) => it.rollout.firstExposureAt !== null)).toBe(true);
  return world;
}

function fire(world: SimulatedWorld, more: Partial<FiringAlert> = {}): SimulatedWorld {
  world.alerts = [firingAlert(world.now, more)];
  return world;
}

function ticks(world: SimulatedWorld, count: number): SimulatedWorld {
  for (let tick = 0; tick < count; tick += 1) world.tick();
  return world;
}

describe('a firing alert', () => {
  it('rolls back in the very next tick, in its own words', () => {
    const { decision } = fire(exposed()).tick();
    expect(decision).toMatchObject({ action: 'rollback', by: 'crossfade' });
    expect(decision?.reason).toMatch(
      /alert CheckoutErrors \(alertmanager\): half of all payments fail$/,
    );
  });

  it('rolls back a paused rollout too', () => {
    const world = exposed();
    world.ask('pause');
    world.tick();
    expect(world.rollout.phase).toBe('paused');
    expect(fire(world).tick().decision).toMatchObject({ action: 'rollback' });
  });

  it('does not bring anybody back once it is resolved', () => {
    const world = fire(exposed());
    expect(world.runUntil((it) => it.rollout.phase === 'rolled_back')).toBe(true);
    world.alerts = [];
    expect(ticks(world, 20).rollout.phase).toBe('rolled_back');
  });

  it('that began before the first exposure holds, until it is resolved', () => {
    const world = exposed();
    fire(world, { startsAt: world.now - 60_000 });
    const before = world.rollout.step.index;
    expect(world.tick().decision).toMatchObject({ action: 'hold' });
    expect(ticks(world, 60).rollout).toMatchObject({
      phase: 'running',
      hold: { code: 'alert:CheckoutErrors' },
      step: { index: before },
    });
    world.alerts = [];
    expect(world.runUntil((it) => it.rollout.step.index > before)).toBe(true);
  });

  it('a little before the first exposure rolls back: clocks differ', () => {
    const world = exposed();
    fire(world, { startsAt: (world.rollout.firstExposureAt ?? 0) - 14_000 });
    expect(world.tick().decision).toMatchObject({ action: 'rollback' });
  });

  it('holds where nobody knows when it began', () => {
    expect(fire(exposed(), { startsAt: null }).tick().decision).toMatchObject({ action: 'hold' });
  });

  it('holds before anybody is exposed', () => {
    const world = fire(new SimulatedWorld());
    expect(ticks(world, 200).rollout).toMatchObject({ phase: 'running', firstExposureAt: null });
  });

  it('causes no more than its rule allows', () => {
    const allowed = (action: 'hold' | 'notify'): SimulatedWorld => {
      const alerts = [{ match: { severity: 'page' }, do: action }] as const;
      const world = new SimulatedWorld({ ...examplePolicy, alerts });
      world.runUntil((it) => it.rollout.firstExposureAt !== null);
      return fire(world);
    };
    expect(ticks(allowed('hold'), 30).rollout.hold).toMatchObject({
      code: 'alert:CheckoutErrors',
    });
    expect(allowed('notify').runUntil((it) => it.rollout.phase === 'completed')).toBe(true);
  });

  it('of another rollout changes nothing', () => {
    const world = fire(exposed(), { labels: { alertname: 'X', rollout: 'orders-split' } });
    const before = world.rollout.step.index;
    expect(world.runUntil((it) => it.rollout.step.index > before)).toBe(true);
  });

  it('that the sender left out holds: it may concern this rollout', () => {
    const world = fire(exposed(), { labels: {}, isPartial: true, startsAt: null });
    expect(world.tick().decision?.reason).toMatch(/left alerts out of its notification/);
  });

  it('is named by the decision that it leads to', () => {
    expect(fire(exposed()).tick().decision).toMatchObject({ alert: firingAlert(0).id });
    const held = fire(new SimulatedWorld());
    expect(held.runUntil((it) => it.rollout.hold !== null)).toBe(true);
    expect(held.outcomes.at(-1)?.decision).toMatchObject({ alert: firingAlert(0).id });
  });

  it("freezes past contract's gate, once: a person who lifts that has answered it", () => {
    const world = exposed();
    world.runUntil((it) => it.rollout.step.gatePassedAt !== null);
    world.jobs.takesMs = 3_600_000;
    fire(world).tick();
    expect(world.rollout.phase).toBe('frozen');
    world.ask('resume');
    world.tick();
    expect(ticks(world, 3).rollout.phase).toBe('paused');
    world.ask('resume');
    expect(ticks(world, 10).rollout).toMatchObject({ phase: 'running', hold: null });
    fire(world, { startsAt: world.now });
    expect(ticks(world, 1).rollout.phase).toBe('frozen');
  });
});
