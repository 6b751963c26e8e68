import { sameRoute } from '../flags/same-route.ts';
import type { Policy } from '../policy/policy.ts';
import type { Context } from './context.ts';
import type { Quarantined, Rollout } from './rollout.ts';
import { drilledRoute } from './wanted-route.ts';

/** Those that are held on the old side now. */
export function held({ quarantined = [] }: Pick<Rollout, 'quarantined'>): readonly Quarantined[] {
  return quarantined.filter(({ probe }) => probe !== 'released');
}

export function heldUnits(rollout: Pick<Rollout, 'quarantined'>): readonly string[] {
  return held(rollout).map(({ unit }) => unit);
}

/** Those of them that are at fault themselves: others are held because they move together with one. */
export function blamed(rollout: Pick<Rollout, 'quarantined'>): readonly Quarantined[] {
  return held(rollout).filter((one) => one.with === undefined);
}

/** How many the policy allows to be at fault before everybody goes back. */
export function mostHeld({ evidence }: Pick<Policy, 'evidence'>): number {
  const { onOneBadUnit = 'rollback' } = evidence;
  return onOneBadUnit === 'rollback' ? 0 : onOneBadUnit.quarantine.atMost;
}

/** When the newest of them was sent back; 0 when nobody is. */
export function quarantinedSince(rollout: Pick<Rollout, 'quarantined'>): number {
  return Math.max(0, ...held(rollout).map(({ at }) => at));
}

/**
 * The flag stands as the machine left it, but for whom a drill has moved: they too come back while paused.
 */
export function owesDrill({ rollout, observations }: Context): boolean {
  const { flag } = observations;
  if (flag === null || flag.version === null || !flag.route.enabled) return false;
  return sameRoute(drilledRoute(flag.route), drilledRoute(rollout.route.spec));
}

/**
 * The flag stands as the machine left it, but for units that are still to be sent back. Only then may
 * a rollout that is paused write its route: nothing else in it waits to be shown.
 */
export function owesQuarantine({ rollout, observations }: Context): boolean {
  const { flag } = observations;
  if (flag === null || flag.version === null || !flag.route.enabled) return false;
  const { spec } = rollout.route;
  const before = flag.route.quarantined;
  return (
    before.every((unit) => spec.quarantined.includes(unit)) &&
    sameRoute({ ...flag.route, quarantined: spec.quarantined }, spec)
  );
}
