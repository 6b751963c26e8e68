import type { Measurement } from '../judge/measurement.ts';
import { isSharedUnit } from '../protocol/shared-units.ts';
import { silentAfterMs } from './arrival.ts';
import type { Context } from './context.ts';
import { actionOf, failures } from './harm.ts';
import { machine, type Move } from './move.ts';
import { blamed, held, heldUnits, mostHeld, owesQuarantine } from './quarantine.ts';
import { rollbackMove } from './rollback-moves.ts';
import type { Quarantined } from './rollout.ts';
import { unsettled } from './settle.ts';
import { currentStep } from './current-step.ts';
import { rebake } from './step-moves.ts';
import { exposureOf, nextWanted, releaseRoute } from './wanted-route.ts';

/** A unit that a failing guard names, with the guard's reason. */
type Blame = Pick<Quarantined, 'unit' | 'guard' | 'reason'>;

/**
 * Harm moves back, also while paused: the units that suffer it alone, as far as that can be done and
 * the policy allows it; else everybody. Units that are on their way back already are no harm again.
 */
export function harmMove(context: Context): Move | null {
  const harmful = failures(context)
    .filter(({ action }) => action === 'rollback')
    .map(({ measurement }) => measurement);
  const general = harmful.find(({ badUnits = [] }) => badUnits.length === 0);
  if (general !== undefined) return rollbackMove(context, machine, causeOf(general));
  const blames = blamesOf(context, harmful);
  const [worst] = blames;
  if (worst === undefined) return null;
  const obstacle = obstacleTo(context, blames);
  return obstacle === null
    ? quarantineMove(context, blames)
    : rollbackMove(context, machine, `${causeOf(worst)}; ${obstacle}`);
}

function causeOf({ guard, reason }: Pick<Measurement, 'guard' | 'reason'>): string {
  return `${guard}: ${reason}`;
}

/** Each unit that is not held yet, once, by the gravest guard that names it; of a group the first. */
function blamesOf(context: Context, harmful: readonly Measurement[]): readonly Blame[] {
  const known = new Set(heldUnits(context.rollout));
  const blames: Blame[] = [];
  for (const { guard, reason, badUnits = [] } of harmful) {
    for (const unit of badUnits) {
      if (known.has(unit)) continue;
      blames.push({ unit, guard, reason });
      for (const member of [unit, ...companionsOf(context, unit)]) known.add(member);
    }
  }
  return blames;
}

/** The units that change sides together with this one. */
function companionsOf({ policy }: Context, unit: string): readonly string[] {
  const group = policy.groups?.find((members) => members.includes(unit)) ?? [];
  return group.filter((member) => member !== unit);
}

/** Why these units cannot go back alone, so that the harm is the rollout's; null when they can. */
function obstacleTo(context: Context, blames: readonly Blame[]): string | null {
  const { rollout } = context;
  const atMost = mostHeld(context.policy);
  const count = blamed(rollout).length + blames.length;
  const shared = blames.find(({ unit }) => isSharedUnit(unit));
  if (atMost === 0) return 'the policy holds no unit back alone';
  if (shared !== undefined) return `${shared.unit} is no unit that could be held back`;
  const { kind } = currentStep(context);
  if (kind === 'ring' || kind === 'count') return "in a ring a failure is the rollout's";
  if (exposureOf(rollout.route.spec) === 0) return 'nobody is on the new side yet';
  if (rollout.step.gatePassedAt !== null) return 'the old side is being taken away';
  if (count > atMost) return `${count} units would be held back, and the policy allows ${atMost}`;
  if (rollout.phase === 'paused' && !owesQuarantine(context)) {
    return 'the flag does not show the route in which they could be held back';
  }
  return null;
}

/** The step and its bake go on for all others; only the route changes (I1: exposure shrinks). */
function quarantineMove(context: Context, blames: readonly Blame[]): Move {
  const { rollout, observations, now } = context;
  const held = heldUnits(rollout);
  const sentBack = { at: now, arrivedAt: null, probe: 'watched' as const };
  const fresh = blames.flatMap((blame): readonly Quarantined[] => [
    { ...blame, ...sentBack },
    ...companionsOf(context, blame.unit)
      .filter((unit) => !held.includes(unit))
      .map((unit) => ({ ...blame, ...sentBack, unit, with: blame.unit })),
  ]);
  const quarantined = [...(rollout.quarantined ?? []), ...fresh];
  const spec = { ...rollout.route.spec, quarantined: heldUnits({ quarantined }) };
  // What a person has allowed and the flag does not show yet stays allowed.
  const enable = rollout.route.enable && observations.flag?.version !== rollout.route.version;
  const causes = [...new Set(blames.map(causeOf))].join('; ');
  const count = `${blamed({ quarantined }).length} of at most ${mostHeld(context.policy)}`;
  return {
    action: 'quarantine',
    by: machine,
    reason: `${namesOf(fresh)} back to the old side alone (${count}): ${causes}`,
    patch: { quarantined, route: nextWanted(rollout.route, spec, enable) },
  };
}

/**
 * Units go back to their place when they fail on the old side just the same: that is a rise in
 * exposure, so it asks for fresh evidence and for no objection of any guard (I1). They enter in
 * `live`, and the step bakes anew. A unit that is named again after that is a person's to release.
 */
export function releaseMove(context: Context): Move | null {
  const { rollout } = context;
  const cleared = blamed(rollout).filter((one) => mayReturn(context, one));
  const names = cleared.map(({ unit }) => unit);
  const back = held(rollout).filter((one) => names.includes(one.with ?? one.unit));
  if (back.length === 0 || unsettled(context) !== null || isObjectedTo(context)) return null;
  const units = back.map(({ unit }) => unit);
  const quarantined = rollout.quarantined?.map((one) =>
    units.includes(one.unit) ? { ...one, probe: 'released' as const } : one,
  );
  const reason = `${namesOf(back)} back to the new side: failing on the old side as well, so the new one is not at fault`;
  return {
    action: 'release',
    by: machine,
    reason,
    patch: {
      ...(quarantined === undefined ? {} : { quarantined }),
      route: nextWanted(rollout.route, releaseRoute(rollout.route.spec, units)),
      step: rebake(context),
      hold: null,
      confirmedBy: null,
    },
  };
}

function mayReturn(context: Context, { unit, probe, arrivedAt }: Quarantined): boolean {
  const { rollout, observations, now } = context;
  if (probe !== 'watched' || arrivedAt === null || rollout.step.gatePassedAt !== null) return false;
  const before = rollout.quarantined?.some((one) => one.unit === unit && one.probe === 'released');
  if (before === true) return false;
  return observations.measurements.some(
    ({ releasedUnits = [], newestAt }) =>
      releasedUnits.includes(unit) && newestAt !== null && now - newestAt <= silentAfterMs,
  );
}

/** Whether a guard is against moving anybody to the new side now, or could not tell. */
export function isObjectedTo(context: Context): boolean {
  return context.observations.measurements.some(({ guard, verdict }) => {
    if (verdict === 'fail') return actionOf(context, guard) !== 'notify';
    return verdict === 'noData' || verdict === 'providerError';
  });
}

/** As `a, b go`, and with those who come along in brackets. */
function namesOf(units: readonly Pick<Quarantined, 'unit' | 'with'>[]): string {
  const own = units.filter((one) => one.with === undefined);
  const names = own.map(({ unit }) => {
    const others = units.filter((one) => one.with === unit).map((one) => one.unit);
    return others.length === 0 ? unit : `${unit} (with ${others.join(', ')})`;
  });
  return `${names.join(', ')} ${own.length === 1 ? 'goes' : 'go'}`;
}
