import { type ActiveUnit, chooseUnits } from '../cohort/choose-units.ts';
import type { Policy } from '../policy/policy.ts';
import type { CountStep, Step } from '../policy/step.ts';
import type { RouteSpec } from '../protocol/route.ts';
import { isSharedUnit } from '../protocol/shared-units.ts';
import { stageDecider } from '../stage/stage-of-unit.ts';
import type { Context } from './context.ts';
import type { Observations } from './observations.ts';
import { countedRing } from './wanted-route.ts';

/** What units are chosen from. */
export interface Choosable {
  readonly policy: Pick<Policy, 'groups'>;
  /** The route so far: who is on the new side already is no candidate. */
  readonly spec: RouteSpec;
  readonly traffic: Observations['history']['traffic'];
}

/** What the next step chooses from. */
export function choosable({ policy, rollout, observations }: Context): Choosable {
  return { policy, spec: rollout.route.spec, traffic: observations.history.traffic };
}

/** The counted ring as a step wants it: nobody leaves it. Empty where the step does not count. */
export function countedFor(step: Step, from: Choosable): readonly string[] {
  return step.kind === 'count' ? countedUnits(step, from) : [];
}

/**
 * Those who have been counted before, and as many more of the units with traffic on the old side as
 * the step still lacks. Idle units would prove nothing, so they are not counted.
 */
function countedUnits(
  { size, order }: CountStep,
  { policy, spec, traffic }: Choosable,
): readonly string[] {
  const before = spec.rings.find(({ name }) => name === countedRing)?.units ?? [];
  const active = activeUnits(traffic);
  const count = 'units' in size ? size.units : Math.max(1, Math.round(size.part * active.length));
  if (count <= before.length) return before;
  const stageOf = stageDecider({
    ...spec,
    baseStage: 'shadow',
    canaryStage: 'live',
    enabled: true,
  });
  const candidates = active.filter(({ unit }) => stageOf(unit).reason === 'base');
  const { groups = [] } = policy;
  const choice = { count: count - before.length, order, groupId: spec.groupId, groups };
  return [...before, ...chooseUnits(candidates, choice)];
}

/** Units that made a request before the first exposure, and can be named. */
function activeUnits(traffic: Choosable['traffic']): readonly ActiveUnit[] {
  if (traffic === undefined) return [];
  return traffic.names
    .map((unit, row) => ({ unit, requests: traffic.requests[row] ?? 0 }))
    .filter(({ unit, requests }) => requests > 0 && !isSharedUnit(unit));
}
