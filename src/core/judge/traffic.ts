import type { Traffic } from './judge-state.ts';
import type { TakenUnits } from './units/take-units.ts';

import type { UnitTable } from './units/unit-table.ts';
import type { UnitTick } from './units/unit-tick.ts';

const halfLifeSeconds = 30;

/** Fewer expected requests than this say nothing about a loss. */
const fewest = 20;

/**
 * Traffic after a tick with two cohorts. The canary's units should make as many requests beside the
 * baseline's as they did in the history, so the time of day cancels. A fault that makes clients stop
 * calling shows here and nowhere else. Units that were never seen on the new side are not expected,
 * nor are those in `leftOut`.
 */
export function watchTraffic(
  traffic: Traffic,
  { before: units, tick }: Pick<TakenUnits, 'before' | 'tick'>,
  leftOut: ReadonlySet<string>,
): Traffic {
  const [canaryBefore, baselineBefore] = requestsBefore(units, tick, leftOut);
  const { newRequests: canaryNow, oldRequests: baselineNow } = tick.sums;
  const perBaseline = baselineBefore === 0 ? 0 : canaryBefore / baselineBefore;
  const kept = 2 ** (-tick.seconds / halfLifeSeconds);
  const expected = traffic.expected * kept + baselineNow * perBaseline;
  const seen = traffic.seen * kept + canaryNow;
  const short = expected >= fewest && seen < expected / 2;
  return { expected, seen, shortSince: short ? (traffic.shortSince ?? tick.at) : null };
}

/** Requests before the first exposure of the units that are on the new side now, and of the others. */
function requestsBefore(
  { past, side }: UnitTable,
  { names, newRequests }: UnitTick,
  leftOut: ReadonlySet<string>,
): readonly [number, number] {
  let canary = 0;
  let baseline = 0;
  for (let row = 0; row < past.requests.length; row += 1) {
    const requests = past.requests[row] ?? 0;
    if (leftOut.size > 0 && leftOut.has(names[row] ?? '')) continue;
    if (side[row] === 2 || (newRequests[row] ?? 0) > 0) canary += requests;
    else baseline += requests;
  }
  return [canary, baseline];
}
