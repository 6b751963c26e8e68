/** The two shapes of the data. */
export type Side = 'old' | 'new';

/** What the data path does for a unit (DESIGN §9, §10; the meaning is LaunchDarkly's). */
export type Stage = 'off' | 'dualwrite' | 'shadow' | 'live' | 'rampdown' | 'complete';

/** What becomes of a call that belongs to no unit, such as a health check. */
export type WithoutUnit = Side | 'refuse';

/** A ring that has been released: its units are in the canary. */
export interface RouteRing {
  readonly name: string;
  readonly units: readonly string[];
}

/**
 * Who is served by which side, without a revision: what the controller wants.
 * Deciding for a unit needs nothing else (see `core/stage/stage-of-unit.ts`).
 */
export interface RouteSpec {
  readonly migration: string;
  /** The context field that holds the unit's id, for example `tenantId`. */
  readonly unitKey: string;
  readonly withoutUnit: WithoutUnit;
  readonly baseStage: Stage;
  readonly canaryStage: Stage;
  /** Units kept on the old side by the policy. */
  readonly pinned: readonly string[];
  /** Units sent back to the old side while the rollout goes on. */
  readonly quarantined: readonly string[];
  readonly rings: readonly RouteRing[];
  /** Part of the remaining units in the canary: a whole percentage, 0 to 100. */
  readonly share: number;
  /** Salt of the hash; fixed for the life of a rollout, so that the share is monotone. */
  readonly groupId: string;
  /** The side to fall to when nothing can be confirmed. `new` only after contract's gate. */
  readonly safeSide: Side;
  /** Part of the pure reads that are read on the other side as well, 0 to 1. */
  readonly shadowSample: number;
}

/** A route as it stands in the flag store and as instances receive it. */
export interface Route extends RouteSpec {
  /** Grows with every change by whomever; what an instance acknowledges. */
  readonly revision: number;
  /** False when a person switched the flag off: everything is served by the safe side. */
  readonly enabled: boolean;
}

/** The second path: one row per migration in the target database (`crossfade.route`). */
export interface RouteRow {
  readonly migration: string;
  readonly revision: number;
  readonly kill: boolean;
  readonly safeSide: Side;
}
