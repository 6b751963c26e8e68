import { normalizedBucket } from '../core/cohort/normalized-bucket.ts';
import { rampGroup } from '../core/cohort/ramp-group.ts';
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
  /** The unit's ramp group; absent without a unit, and where no route was followed. */
  readonly group?: number;
}

/** A route as it is followed: prepared for deciding, its safe side latched. */
export interface FollowedRoute {
  readonly route: Route;
  decide(unit: string | undefined): Decision;
}

/** Decisions that a route keeps; with more units all are made anew now and then. */
const mostKept = 10_000;

export function follow(route: Route): FollowedRoute {
  const stageOf = stageDecider(route);
  const made = new Map<string | undefined, Decision>();
  return {
    route,
    decide(unit) {
      const known = made.get(unit);
      if (known !== undefined) return known;
      const { revision, shadowSample } = route;
      const decision = { ...stageOf(unit), revision, shadowSample, counted: true };
      const grouped = unit === undefined ? decision : { ...decision, group: groupOf(route, unit) };
      if (made.size >= mostKept) made.clear();
      made.set(unit, grouped);
      return grouped;
    },
  };
}

function groupOf({ groupId }: Route, unit: string): number {
  return rampGroup(normalizedBucket(unit, groupId));
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
