import type { EvidenceTick } from './evidence-tick.ts';
import { cohortTotal, mostUnits } from './history.ts';
import type { History, Traffic } from './judge-state.ts';

const halfLifeSeconds = 30;

/** Fewer expected requests than this say nothing about a loss. */
const fewest = 20;

/** The names of `before` and of those units that made requests in a cohort. */
export function seenUnits(
  before: readonly string[],
  tick: EvidenceTick,
  cohort: 'canary' | 'baseline',
): readonly string[] {
  const names = new Set(before);
  for (const unit of tick.units) {
    if (unit.cohort === cohort && unit.requests > 0 && names.size < mostUnits) names.add(unit.unit);
  }
  return names.size === before.length ? before : [...names];
}

/**
 * Traffic after a tick with two cohorts. The canary's units should make as many requests beside the
 * baseline's as they did in the history, so the time of day cancels. A fault that makes clients stop
 * calling shows here and nowhere else. Units that were never seen on the new side are not expected.
 */
export function watchTraffic(traffic: Traffic, history: History, tick: EvidenceTick): Traffic {
  const canaryUnits = seenUnits(traffic.canaryUnits, tick, 'canary');
  const canary = new Set(canaryUnits);
  let canaryBefore = 0;
  let baselineBefore = 0;
  for (const [unit, requests] of history.units) {
    if (canary.has(unit)) canaryBefore += requests;
    else baselineBefore += requests;
  }
  const perBaseline = baselineBefore === 0 ? 0 : canaryBefore / baselineBefore;
  const kept = 2 ** (-tick.seconds / halfLifeSeconds);
  const expected = traffic.expected * kept + cohortTotal(tick, 'baseline').requests * perBaseline;
  const seen = traffic.seen * kept + cohortTotal(tick, 'canary').requests;
  const short = expected >= fewest && seen < expected / 2;
  return {
    canaryUnits,
    expected,
    seen,
    shortSince: short ? (traffic.shortSince ?? tick.at) : null,
  };
}
