import type { EvidencePolicy } from '../../policy/policy.ts';
import { minimumUnits } from '../../policy/minimum.ts';
import type { PlannedStep } from './forecast-step.ts';
import { type ForecastTraffic, trafficParts } from './population.ts';

const dayOfSeconds = 86_400;

/** Seconds until so many units of a part of the population have made a request, on average; null: never. */
function untilActive(
  parts: readonly number[],
  perSecond: number,
  share: number,
  wanted: number,
): number | null {
  if (share * parts.length < wanted) return null;
  const active = (at: number): number =>
    share * parts.reduce((sum, part) => sum - Math.expm1(-part * perSecond * at), 0);
  let at = 1;
  while (active(at) < wanted) {
    at *= 1.05;
    if (at > 100 * dayOfSeconds) return null;
  }
  return at;
}

/** The later of two times, of which null is never. */
export function later(a: number | null, b: number | null): number | null {
  return a === null || b === null ? null : Math.max(a, b);
}

/** Seconds until a step with two cohorts has the requests and units that its guards ask for. */
export function untilMinimum(
  { minimum }: EvidencePolicy,
  traffic: ForecastTraffic,
  { share, ringUnits }: PlannedStep,
): number | null {
  const perSecond = traffic.requestsPerSecond;
  const parts = trafficParts(traffic);
  if (ringUnits !== undefined) {
    const { units } = minimum;
    const wanted = Math.min(ringUnits, units === 'auto' ? minimumUnits('auto', ringUnits) : units);
    return untilActive(parts, perSecond, share, Math.max(1, Math.min(wanted, ringUnits)));
  }
  const smaller = Math.min(share, 1 - share);
  const wanted = minimumUnits(minimum.units, smaller * traffic.units);
  return later(
    minimum.requests / (perSecond * share),
    untilActive(parts, perSecond, smaller, wanted),
  );
}

/** Seconds until so many comparisons of so many units are made. */
export function untilCompared(
  wanted: { readonly atLeast: number; readonly units: number },
  traffic: ForecastTraffic,
  { comparisons }: PlannedStep,
): number | null {
  if (comparisons === 0) return null;
  const units = untilActive(trafficParts(traffic), comparisons, 1, wanted.units);
  return later(wanted.atLeast / comparisons, units);
}
