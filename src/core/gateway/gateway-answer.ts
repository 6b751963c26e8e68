import { normalizedBucket } from '../cohort/normalized-bucket.ts';
import { rampGroup } from '../cohort/ramp-group.ts';
import { unitBucket } from '../cohort/unit-bucket.ts';
import type { Cohort } from '../protocol/evidence.ts';
import type { Route, Side } from '../protocol/route.ts';
import { stageDecider } from '../stage/stage-of-unit.ts';
import type { StageReason, UnitStage } from '../stage/stage-of-unit.ts';

/** Why the safe side serves although a route may say otherwise. */
export type GatewayDoubt = 'stale' | 'frozen';

/** How one request of a gateway is to be served. */
export interface GatewayAnswer {
  readonly side: Side;
  /** Null where doubt decided: such requests are in neither cohort. */
  readonly cohort: Cohort | null;
  readonly reason: StageReason | GatewayDoubt | 'unknown';
  /** 0 when there is no route. */
  readonly revision: number;
  /** One of the 64 buckets of evidence; null without a unit. */
  readonly bucket: number | null;
  /** The ramp group of the unit; null without one. */
  readonly group: number | null;
}

/** A route as gateways are answered by it. */
export interface GatewayRoute {
  readonly route: Route;
  answer(unit: string | undefined): GatewayAnswer;
}

export function gatewayRoute(route: Route): GatewayRoute {
  const decide = stageDecider(route);
  return { route, answer: (unit) => answered(route, decide(unit), unit) };
}

/**
 * By a rollout that nobody knows. What the old side does before the first route is the history that
 * comparisons start from.
 */
export function unknownAnswer(side: Side, unit: string | undefined): GatewayAnswer {
  const bucket = unit === undefined || unit === '' ? null : unitBucket(unit);
  const cohort = side === 'old' ? 'baseline' : null;
  return { side, cohort, reason: 'unknown', revision: 0, bucket, group: null };
}

/** What serves when nothing can be confirmed. */
export function doubtfulAnswer(side: Side, reason: GatewayDoubt, revision: number): GatewayAnswer {
  return { side, cohort: null, reason, revision, bucket: null, group: null };
}

function answered(
  { revision, groupId }: Route,
  { side, cohort, reason }: UnitStage,
  unit: string | undefined,
): GatewayAnswer {
  const common = { side, cohort, reason, revision };
  if (unit === undefined || unit === '') return { ...common, bucket: null, group: null };
  const group = rampGroup(normalizedBucket(unit, groupId));
  return { ...common, bucket: unitBucket(unit), group };
}

/** 403 is meant for the caller; 503 says that the proxy must do without, as it asked to be told. */
export function statusOf({ reason }: GatewayAnswer, refusesDoubt: boolean): 200 | 403 | 503 {
  if (reason === 'refused') return 403;
  return refusesDoubt && (reason === 'stale' || reason === 'frozen') ? 503 : 200;
}

/** The answer as headers, which the proxy passes on and writes into its log. */
export function headersOf(answer: GatewayAnswer): Readonly<Record<string, string>> {
  const { side, cohort, reason, revision, bucket, group } = answer;
  return {
    'x-crossfade-side': side,
    'x-crossfade-cohort': cohort ?? 'none',
    'x-crossfade-reason': reason,
    'x-crossfade-revision': String(revision),
    'x-crossfade-bucket': bucket === null ? 'none' : String(bucket),
    'x-crossfade-group': group === null ? 'none' : String(group),
  };
}
