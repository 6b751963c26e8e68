import type { RolloutView } from '../protocol/rollout-view.ts';
import { hasPassed } from './drill.ts';
import type { Rollout } from './rollout.ts';

/** The last drill as people are shown it. One that a rollback overtook has not passed. */
export function drillView({ drill, rollback }: Rollout): Pick<RolloutView, 'drill'> {
  if (drill === undefined) return {};
  const { unit, by, startedAt, thereAt, returnedAt, backAt } = drill;
  const overtakenAt = backAt === null ? (rollback?.requestedAt ?? null) : null;
  const overtaken = overtakenAt === null ? {} : { failed: 'it was cut short by a rollback' };
  const failed = drill.failed === undefined ? overtaken : { failed: drill.failed };
  const times = { thereMs: took(startedAt, thereAt), backMs: took(returnedAt, backAt) };
  const endedAt = backAt ?? overtakenAt;
  return { drill: { unit, by, startedAt, endedAt, passed: hasPassed(drill), ...times, ...failed } };
}

function took(from: number | null, to: number | null): number | null {
  return from === null || to === null ? null : to - from;
}
