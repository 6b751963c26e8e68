import type { Cohort } from '../protocol/evidence.ts';
import type { EvidenceTick } from './evidence-tick.ts';
import type { History } from './judge-state.ts';

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

/** History after a tick before the first exposure. A tick without a batch is no known time. */
export function growHistory(history: History, tick: EvidenceTick): History {
  if (tick.revision === null) return history;
  return {
    seconds: history.seconds + tick.seconds,
  };
}
