import type { Route, Side } from '../core/protocol/route.ts';
import { stageDecider, stageOfSide } from '../core/stage/stage-of-unit.ts';
import type { StageReason, UnitStage } from '../core/stage/stage-of-unit.ts';

/** Why no route could be followed and the safe side serves instead. */
export type DoubtReason = 'unknown' | 'closed' | 'killed' | 'stale' | 'frozen';

/** What the data path does with one unit's operations, and by which revision it was decided. */
export interface Decision extends Omit<UnitStage, 'reason'> {
  readonly reason: StageReason | DoubtReason;
  readonly revision: number;
  /** Part of the pure reads that are compared with the other side, 0 to 1. */
  readonly shadowSample: number;
  /** False when doubt decided: then the unit is in neither cohort, and its counts would mislead. */
  readonly counted: boolean;
  /** Salt of the hash that the unit's bucket comes from; absent where no route was followed. */
  readonly groupId?: string;
}

/** A route as it is followed: prepared for deciding, its safe side latched. */
export interface FollowedRoute {
  readonly route: Route;
  decide(unit: string | undefined): Decision;
}

export function follow(route: Route): FollowedRoute {
  const stageOf = stageDecider(route);
  // A route gives at most a handful of different answers; each becomes one decision.
  const made = new Map<UnitStage, Decision>();
  return {
    route,
    decide(unit) {
      const stage = stageOf(unit);
      const known = made.get(stage);
      if (known !== undefined) return known;
      const { revision, shadowSample, groupId } = route;
      const decision = { ...stage, revision, shadowSample, counted: true, groupId };
      made.set(stage, decision);
      return decision;
    },
  };
}

/** Serves one side and compares nothing, because of a doubt. */
export function doubted(side: Side, reason: DoubtReason, revision: number): Decision {
  return {
    stage: stageOfSide(side),
    side,
    cohort: side === 'new' ? 'canary' : 'baseline',
    reason,
    revision,
    shadowSample: 0,
    // Before the first route, what the old side does is the history that comparisons start from.
    counted: reason === 'unknown' && side === 'old',
  };
}
