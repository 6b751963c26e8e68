import { normalizedBucket } from '../cohort/normalized-bucket.ts';
import { isRouted, type Policy } from '../policy/policy.ts';
import { isWork, type Step } from '../policy/step.ts';
import type { Route, RouteRing, RouteSpec, Stage } from '../protocol/route.ts';
import type { WantedRoute } from './rollout.ts';

/** Attempts of one policy share a flag, so each attempt counts its versions above the last one's. */
const versionsPerAttempt = 1_000_000;

/** The first version of an attempt (attempts count from 1). */
export function firstVersion(attempt: number): number {
  return attempt * versionsPerAttempt;
}

/** The route before anything is exposed: everybody on the old side, nothing compared. */
export function initialRoute(policy: Policy): RouteSpec {
  return {
    migration: policy.name,
    unitKey: policy.unit.key,
    withoutUnit: policy.unit.without,
    baseStage: 'off',
    canaryStage: 'off',
    pinned: policy.pinned.old,
    quarantined: [],
    rings: [],
    share: 0,
    groupId: policy.flag.name,
    safeSide: 'old',
    shadowSample: 0,
  };
}

/** Holds the units of all steps that count. The space keeps it apart from rings of a policy. */
export const countedRing = 'by count';
/** Holds units that their group takes along before the hash would. */
const groupRing = 'by group';

/**
 * The route that a step wants (DESIGN §9), given the route of the step before it.
 * @param counted units of the counted ring, where the step counts
 */
export function routeForStep(
  policy: Policy,
  step: Step,
  before: RouteSpec,
  counted: readonly string[] = [],
): RouteSpec {
  if (!isRouted(policy) || isWork(step)) return before;
  switch (step.kind) {
    case 'contract':
      return before;
    case 'shadow':
      return { ...before, baseStage: 'shadow', canaryStage: 'shadow', shadowSample: step.sample };
    case 'ring':
      return {
        ...exposed(before),
        rings: withRing(before.rings, step.ring, unitsOfRing(policy, step.ring)),
      };
    case 'count':
      return { ...exposed(before), rings: withRing(before.rings, countedRing, counted) };
    case 'share':
      return grouped(policy, { ...exposed(before), share: step.percent });
    case 'soak':
      return { ...before, baseStage: 'rampdown', canaryStage: 'rampdown', pinned: [] };
  }
}

/** Holds whom a fire drill moves. */
const drillRing = 'fire drill';

/** The route of the shadow step with these units on the new side for as long as a drill takes. */
export function drillRoute(before: RouteSpec, units: readonly string[]): RouteSpec {
  return { ...exposed(before), rings: withRing(before.rings, drillRing, units) };
}

/** The same with everybody on the old side again. */
export function drilledRoute(during: RouteSpec): RouteSpec {
  const rings = during.rings.filter(({ name }) => name !== drillRing);
  return { ...during, canaryStage: 'shadow', rings };
}

/** The route once contract's gate has passed: new for good, and the side to fall to as well. */
export function completeRoute(before: RouteSpec): RouteSpec {
  return { ...before, baseStage: 'complete', canaryStage: 'complete', safeSide: 'new' };
}

/** Everybody back on the old side, so that nobody is held there alone any more. */
export function killRoute(before: RouteSpec): RouteSpec {
  const off = {
    baseStage: 'off',
    canaryStage: 'off',
    share: 0,
    rings: [],
    quarantined: [],
  } as const;
  return { ...before, ...off, safeSide: 'old' };
}

/** Whether a route sends everybody back, so that it can only lower whatever stood before it. */
export function isKill(spec: RouteSpec): boolean {
  return spec.baseStage === 'off' && spec.canaryStage === 'off' && spec.safeSide === 'old';
}

/**
 * The route with these units on the new side again, in `live` (DESIGN §9). Where the others are in
 * `rampdown` already, they get there by a ring of their own.
 */
export function releaseRoute(before: RouteSpec, units: readonly string[]): RouteSpec {
  const quarantined = before.quarantined.filter((unit) => !units.includes(unit));
  if (before.baseStage !== 'rampdown') return { ...before, quarantined };
  const earlier = before.canaryStage === 'live' ? before.rings.flatMap((ring) => ring.units) : [];
  const rings = [{ name: 'released', units: [...earlier, ...units] }];
  return { ...before, quarantined, canaryStage: 'live', share: 0, rings };
}

const newSideStages: readonly Stage[] = ['live', 'rampdown', 'complete'];

/** True when nobody can be served by the new side under this route. */
export function servesOldOnly(route: Route): boolean {
  if (!route.enabled) return route.safeSide === 'old';
  if (newSideStages.includes(route.baseStage)) return false;
  return (
    !newSideStages.includes(route.canaryStage) || (route.share === 0 && route.rings.length === 0)
  );
}

/** Percent of the units without a ring that the new side serves under this spec. */
export function exposureOf(spec: RouteSpec): number {
  if (newSideStages.includes(spec.baseStage)) return 100;
  return newSideStages.includes(spec.canaryStage) ? spec.share : 0;
}

/** The same wish with the next version. */
export function nextWanted(current: WantedRoute, spec: RouteSpec, enable = false): WantedRoute {
  return { spec, version: current.version + 1, enable };
}

function exposed(before: RouteSpec): RouteSpec {
  return { ...before, baseStage: 'shadow', canaryStage: 'live' };
}

function unitsOfRing(policy: Policy, name: string): readonly string[] {
  return policy.rings.find((ring) => ring.name === name)?.units ?? [];
}

function withRing(
  rings: readonly RouteRing[],
  name: string,
  units: readonly string[],
): RouteRing[] {
  return [...rings.filter((ring) => ring.name !== name), { name, units }];
}

/**
 * A share with the groups of the policy kept together: each follows its leader. Members that the hash
 * would take later come along in a ring; those that it would take earlier are held back for so long.
 */
function grouped(policy: Policy, route: RouteSpec): RouteSpec {
  const groups = policy.groups ?? [];
  if (groups.length === 0) return route;
  const isIn = (unit: string): boolean => normalizedBucket(unit, route.groupId) <= route.share;
  const released = new Set(
    route.rings.filter(({ name }) => name !== groupRing).flatMap(({ units }) => units),
  );
  const strays = (goes: boolean): string[] =>
    groups
      .filter(([leader = '']) => isIn(leader) === goes)
      .flatMap((members) => members.filter((unit) => isIn(unit) !== goes && !released.has(unit)));
  const joined = strays(true);
  return {
    ...route,
    pinned: [...policy.pinned.old, ...strays(false)],
    ...(joined.length === 0 ? {} : { rings: withRing(route.rings, groupRing, joined) }),
  };
}
