import { normalizedBucket } from '../cohort/normalized-bucket.ts';
import type { Cohort } from '../protocol/evidence.ts';
import type { RouteSpec, Side, Stage } from '../protocol/route.ts';

/** Why a unit got its stage; for people and for counting. */
export type StageReason =
  | 'disabled'
  | 'complete'
  | 'withoutUnit'
  | 'refused'
  | 'pinned'
  | 'quarantined'
  | 'ring'
  | 'share'
  | 'base';

/** What the data path does for one unit under one route. */
export interface UnitStage {
  readonly stage: Stage;
  /** The side that serves the unit. */
  readonly side: Side;
  /** `canary` when the new side serves it, else `baseline`. */
  readonly cohort: Cohort;
  readonly reason: StageReason;
}

/** What deciding needs of a route; `Route` has it all. */
export type DecidableRoute = RouteSpec & { readonly enabled: boolean };

/** The side that serves a unit in a stage. `dualwrite` is refused by name for now: old serves. */
export function sideOfStage(stage: Stage): Side {
  switch (stage) {
    case 'off':
    case 'dualwrite':
    case 'shadow':
      return 'old';
    case 'live':
    case 'rampdown':
    case 'complete':
      return 'new';
  }
}

/** The stage that serves one side and nothing else: what a safe side means. */
export function stageOfSide(side: Side): Stage {
  return side === 'new' ? 'complete' : 'off';
}

/** Decides for one unit (DESIGN §9); `undefined` or an empty id is a call without a unit. */
export function stageOfUnit(route: DecidableRoute, unit: string | undefined): UnitStage {
  return stageDecider(route)(unit);
}

/**
 * The same decision, prepared once per route: lists become sets and every possible answer is made
 * beforehand, so that a decision costs three lookups and one hash.
 */
export function stageDecider(route: DecidableRoute): (unit: string | undefined) => UnitStage {
  if (!route.enabled) return always(served(stageOfSide(route.safeSide), 'disabled'));
  // Nobody may be held on a side that contract takes away, whatever the lists still say.
  if (route.baseStage === 'complete') return always(served('complete', 'complete'));

  const withoutUnit = stageWithoutUnit(route);
  const pinned = new Set(route.pinned);
  const quarantined = new Set(route.quarantined);
  const ringed = new Set(route.rings.flatMap((ring) => ring.units));
  const keptAsPinned = served(keptStage(route), 'pinned');
  const keptAsQuarantined = served(keptStage(route), 'quarantined');
  const byRing = served(route.canaryStage, 'ring');
  const byShare = served(route.canaryStage, 'share');
  const base = served(route.baseStage, 'base');
  return (unit) => {
    if (unit === undefined || unit === '') return withoutUnit;
    if (pinned.has(unit)) return keptAsPinned;
    if (quarantined.has(unit)) return keptAsQuarantined;
    if (ringed.has(unit)) return byRing;
    return isInShare(route, unit) ? byShare : base;
  };
}

function isInShare(route: RouteSpec, unit: string): boolean {
  return route.share > 0 && normalizedBucket(unit, route.groupId) <= route.share;
}

/** Kept units stay on the old side; once anything is compared, they are compared too. */
function keptStage(route: RouteSpec): Stage {
  return route.baseStage === 'off' || route.baseStage === 'dualwrite' ? 'off' : 'shadow';
}

/** `new` moves with the canary: before anybody is in it the new shape may not even exist. */
function stageWithoutUnit(route: RouteSpec): UnitStage {
  switch (route.withoutUnit) {
    case 'old':
      return served('off', 'withoutUnit');
    case 'refuse':
      return served('off', 'refused');
    case 'new': {
      if (sideOfStage(route.baseStage) === 'new') return served(route.baseStage, 'withoutUnit');
      const exposed = route.share > 0 || route.rings.length > 0;
      const stage = exposed ? route.canaryStage : route.baseStage;
      return served(stage, 'withoutUnit');
    }
  }
}

function served(stage: Stage, reason: StageReason): UnitStage {
  const side = sideOfStage(stage);
  return { stage, side, cohort: side === 'new' ? 'canary' : 'baseline', reason };
}

function always(answer: UnitStage): () => UnitStage {
  return () => answer;
}
