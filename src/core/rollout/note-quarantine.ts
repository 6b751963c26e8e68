import { everyInstanceRuns } from './arrival.ts';
import type { Context } from './context.ts';
import type { Quarantined, Rollout } from './rollout.ts';
import { servesOldOnly } from './wanted-route.ts';

/** What has become of the quarantined units since: their way back has arrived, the fault is confirmed. */
export function noteQuarantine(context: Context): Rollout {
  const { rollout } = context;
  if (rollout.quarantined === undefined) return rollout;
  const quarantined = rollout.quarantined.map((one) => noteUnit(one, context));
  return { ...rollout, quarantined };
}

function noteUnit(one: Quarantined, context: Context): Quarantined {
  if (one.probe === 'released') return one;
  const arrivedAt = one.arrivedAt ?? (hasArrived(one.unit, context) ? context.now : null);
  // Nothing is the matter with one that came along: there is nothing to confirm.
  const isProbed = one.probe === 'watched' && one.with === undefined;
  const probe = isProbed && isConfirmed(one.unit, context) ? 'confirmed' : one.probe;
  return { ...one, arrivedAt, probe };
}

function hasArrived(unit: string, { observations, now }: Context): boolean {
  const { flag, instances } = observations;
  if (flag === null) return false;
  const isBack = flag.route.quarantined.includes(unit) || servesOldOnly(flag.route);
  return isBack && everyInstanceRuns(instances, flag.route.revision, now).arrived;
}

function isConfirmed(unit: string, { observations }: Context): boolean {
  return observations.measurements.some(({ confirmedUnits = [] }) => confirmedUnits.includes(unit));
}
