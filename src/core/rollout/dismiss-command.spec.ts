import { describe, expect, it } from '@jest/globals';
import { firingAlert } from '../../../test/support/firing-alert.ts';
import { SimulatedWorld } from '../../../test/support/simulated-world.ts';
import type { FiringAlert } from '../alerts/alert.ts';
import type { AlertDecision, StoredAlert } from '../protocol/alert-list.ts';
import { alertConcerns } from './alert-concerns.ts';
import type { CommandAnswer } from './command-moves.ts';
import { viewRollout } from './view-rollout.ts';

const { id } = firingAlert(0);
const asked = { alert: id, reason: 'the pager is being tested' };

/** Exposed, and held by an alert that began before that. */
function held(more: Partial<FiringAlert> = {}): SimulatedWorld {
  const world = new SimulatedWorld();
  world.runUntil((it) => it.rollout.firstExposureAt !== null);
  world.alerts = [firingAlert(world.now, { startsAt: world.now - 60_000, ...more })];
  world.tick();
  expect(world.rollout.hold).toMatchObject({ code: 'alert:CheckoutErrors' });
  return world;
}

function dismiss(world: SimulatedWorld, more: object = asked): CommandAnswer | undefined {
  world.ask('dismiss', 'alice', more);
  return world.tick().answers[0];
}

describe('a dismissed alert', () => {
  it('holds no more, and is shown with who dismissed it', () => {
    const world = held();
    const before = world.rollout.step.index;
    expect(dismiss(world)).toMatchObject({ accepted: true });
    expect(world.outcomes.at(-1)?.decision).toMatchObject({
      action: 'dismiss',
      by: 'alice',
      alert: id,
      reason:
        'alert CheckoutErrors (alertmanager) is dismissed until it fires anew: the pager is being tested',
    });
    expect(world.runUntil((it) => it.rollout.step.index > before)).toBe(true);
    const { policy, rollout, now } = world;
    const view = viewRollout({ policy, rollout, now, observations: world.observe() });
    expect(view.alerts).toMatchObject([
      { id, action: 'notify', dismissed: { by: 'alice', reason: 'the pager is being tested' } },
    ]);
  });

  it('counts again when it fires anew, and rolls back', () => {
    const world = held();
    dismiss(world);
    world.alerts = [firingAlert(world.now, { id: '0123456789ab' })];
    expect(world.tick().decision).toMatchObject({ action: 'rollback', alert: '0123456789ab' });
  });

  it('of which nobody knows the beginning counts again once it is heard of later', () => {
    const world = held({ startsAt: null });
    dismiss(world);
    world.runUntil(({ rollout }) => rollout.hold === null);
    expect(world.rollout.hold).toBeNull();
    world.alerts = [firingAlert(world.now + 1, { startsAt: null })];
    expect(world.tick().decision).toMatchObject({ action: 'hold' });
  });

  it('takes no other along', () => {
    const world = held();
    dismiss(world);
    world.alerts = [...world.alerts, firingAlert(world.now, { id: '0123456789ab' })];
    expect(world.tick().decision).toMatchObject({ action: 'rollback' });
  });

  it('can be dismissed while the rollout is paused or frozen', () => {
    for (const verb of ['pause', 'freeze'] as const) {
      const world = held();
      world.ask(verb);
      world.tick();
      const { phase } = world.rollout;
      expect(dismiss(world)).toMatchObject({ accepted: true });
      expect(world.rollout.phase).toBe(phase);
    }
  });
});

describe('a dismissal is refused', () => {
  it.each([
    [{ ...asked, reason: null }, 'a dismissal needs a reason'],
    [{ ...asked, reason: ' ' }, 'a dismissal needs a reason'],
    [
      { ...asked, alert: '0123456789ab' },
      `no firing alert 0123456789ab; there are ${id} (CheckoutErrors)`,
    ],
  ])('%j', (more, reason) => {
    expect(dismiss(held(), more)).toMatchObject({ accepted: false, reason });
  });

  it('twice, and where no alert concerns the rollout, and where none could move it', () => {
    const world = held();
    dismiss(world);
    expect(dismiss(world)?.reason).toMatch(/^dismissed already, by alice/);
    world.alerts = [];
    expect(dismiss(world)?.reason).toMatch(/none concerns this rollout$/);
    world.ask('rollback');
    world.tick();
    expect(dismiss(world)?.reason).toBe('no alert moves a rollout that is rolling back');
  });
});

describe('the rollouts that an alert concerns', () => {
  const stored = (alert: FiringAlert): StoredAlert => ({
    ...alert,
    status: 'firing',
    endsAt: null,
    lastHeardAt: alert.heardAt,
    resolvedAt: null,
    told: 1,
  });
  const led = (rollout: string): AlertDecision => ({
    alert: id,
    rollout,
    policy: rollout,
    project: 'shop',
    seq: 7,
    at: 70,
    action: 'rollback',
  });

  it('are those under way with what it causes there, and those that it has moved', () => {
    const world = held();
    const [alert = firingAlert(0)] = world.alerts;
    const concerns = alertConcerns(
      stored(alert),
      [world],
      [led('orders-1'), led(world.rollout.id)],
    );
    const did = [{ seq: 7, at: 70, action: 'rollback' }];
    expect(concerns).toEqual([
      { rollout: 'orders-1', policy: 'orders-1', project: 'shop', action: null, did },
      expect.objectContaining({ rollout: world.rollout.id, action: 'hold', did }),
    ]);
  });

  it('are none where its labels say nothing of them, or it is over', () => {
    const world = held();
    const other = firingAlert(0, { labels: { alertname: 'X', rollout: 'another' } });
    expect(alertConcerns(stored(other), [world], [])).toEqual([]);
    const [alert = firingAlert(0)] = world.alerts;
    expect(alertConcerns({ ...stored(alert), status: 'resolved' }, [world], [])).toEqual([]);
  });
});
