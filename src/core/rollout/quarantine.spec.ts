import { describe, expect, it } from '@jest/globals';
import { worldAt } from '../../../test/support/one-bad-unit.ts';
import type { Context } from './context.ts';
import type { ObservedFlag } from './observations.ts';
import { owesQuarantine } from './quarantine.ts';

/** A rollout at 25 % whose route wants `units` on the old side, beside this flag. */
function owes(
  units: readonly string[],
  change: (flag: ObservedFlag) => ObservedFlag | null,
): boolean {
  const world = worldAt(25);
  const { policy, now, flag, rollout } = world;
  if (flag === null) throw new Error('there is no flag');
  const { route } = rollout;
  const spec = { ...route.spec, quarantined: units };
  const observations = { ...world.observe(), flag: change(flag) };
  const context: Context = {
    policy,
    now,
    observations,
    rollout: { ...rollout, route: { ...route, spec } },
  };
  return owesQuarantine(context);
}

/** The flag with another route, by a person or by the machine. */
const shows =
  (route: Partial<ObservedFlag['route']>) =>
  (flag: ObservedFlag): ObservedFlag => ({ ...flag, route: { ...flag.route, ...route } });

describe('a route that owes a quarantine', () => {
  it('differs from the flag by the units that are to be sent back, and by nothing else', () => {
    expect(owes(['acme'], (flag) => flag)).toBe(true);
    expect(owes(['acme', 'beta'], shows({ quarantined: ['beta'] }))).toBe(true);
    expect(owes(['acme'], shows({ share: 20 }))).toBe(false);
    expect(owes(['acme'], shows({ pinned: [] }))).toBe(false);
  });

  it('gives nobody back: who is held in the flag is held in the route', () => {
    expect(owes([], shows({ quarantined: ['acme'] }))).toBe(false);
    expect(owes(['acme', 'beta'], shows({ quarantined: ['acme', 'gone'] }))).toBe(false);
  });

  it('owes nothing to a flag that is not there', () => {
    expect(owes(['acme'], () => null)).toBe(false);
  });

  it('owes nothing to a flag that a person has touched, though it says the same', () => {
    expect(owes(['acme'], (flag) => ({ ...flag, version: null }))).toBe(false);
  });

  it('owes nothing to a flag that is switched off: nobody is on the new side', () => {
    expect(owes(['acme'], shows({ enabled: false }))).toBe(false);
  });
});
