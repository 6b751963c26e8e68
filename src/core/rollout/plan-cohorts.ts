import type { Policy } from '../policy/policy.ts';
import { stepName } from '../policy/step.ts';
import type { CohortStep } from '../protocol/cohort-view.ts';
import type { RouteSpec } from '../protocol/route.ts';
import { stageDecider } from '../stage/stage-of-unit.ts';
import { type Choosable, countedFor } from './counted-units.ts';
import { initialRoute, routeForStep } from './wanted-route.ts';

/** All units that are known, and what they asked for; no traffic where nothing was measured. */
export interface KnownUnits {
  readonly units: readonly string[];
  readonly traffic: Choosable['traffic'] | null;
}

/**
 * Whom each step moves, by the very functions that a rollout moves them by. Where no traffic is known
 * every unit counts as equally active. `policy` has its units named (see `freeze-units.ts`).
 * @param listed the step, from 1, whose units are listed
 */
export function planCohorts(
  policy: Policy,
  { units, traffic }: KnownUnits,
  listed: number | null,
): readonly CohortStep[] {
  const choosing = traffic ?? { names: units, requests: units.map(() => 1) };
  const requestsOf = requestsBy(traffic);
  let spec = initialRoute(policy);
  return policy.steps.map((step, index) => {
    const counted = countedFor(step, { policy, spec, traffic: choosing });
    spec = routeForStep(policy, step, spec, counted);
    const moved = onNewSide(spec, units);
    return {
      step: index + 1,
      name: stepName(step),
      units: moved.length,
      traffic: requestsOf === null ? null : partOf(moved, units, requestsOf),
      ...(listed === index + 1 ? { list: moved.toSorted() } : {}),
    };
  });
}

function onNewSide(spec: RouteSpec, units: readonly string[]): readonly string[] {
  const stageOf = stageDecider({ ...spec, enabled: true });
  return units.filter((unit) => stageOf(unit).side === 'new');
}

type RequestsOf = (unit: string) => number;

function requestsBy(traffic: KnownUnits['traffic']): RequestsOf | null {
  if (traffic === null || traffic === undefined) return null;
  const requests = new Map(traffic.names.map((unit, row) => [unit, traffic.requests[row] ?? 0]));
  return (unit) => requests.get(unit) ?? 0;
}

function partOf(
  moved: readonly string[],
  units: readonly string[],
  requestsOf: RequestsOf,
): number | null {
  const sum = (of: readonly string[]): number =>
    of.reduce((total, unit) => total + requestsOf(unit), 0);
  const all = sum(units);
  return all === 0 ? null : sum(moved) / all;
}
