import type { Cohort, UnitCounts } from '../protocol/evidence.ts';
import type { EvidenceTick } from './evidence-tick.ts';
import type { History, UnitTotal } from './judge-state.ts';

/** Units known by name; beyond that a service's units are too many to remember one by one. */
export const mostUnits = 10_000;

/** Requests and failures of one cohort in a tick. */
export function cohortTotal(
  tick: EvidenceTick,
  cohort: Cohort,
): { readonly requests: number; readonly failed: number } {
  const counts = tick.units.filter((unit) => unit.cohort === cohort);
  return {
    requests: counts.reduce((sum, unit) => sum + unit.requests, 0),
    failed: counts.reduce((sum, unit) => sum + unit.failed, 0),
  };
}

function addUnits(before: readonly UnitTotal[], counts: readonly UnitCounts[]): UnitTotal[] {
  const totals = new Map(before.map((total) => [total[0], total]));
  for (const { unit, requests, failed } of counts) {
    const known = totals.get(unit);
    if (known === undefined && (requests === 0 || totals.size >= mostUnits)) continue;
    totals.set(unit, [unit, (known?.[1] ?? 0) + requests, (known?.[2] ?? 0) + failed]);
  }
  return [...totals.values()];
}

/** History after a tick before the first exposure. A tick without a batch is no known time. */
export function growHistory(history: History, tick: EvidenceTick): History {
  if (tick.revision === null) return history;
  const old = tick.units.filter((unit) => unit.cohort === 'baseline');
  return {
    seconds: history.seconds + tick.seconds,
    units: addUnits(history.units, old),
  };
}
