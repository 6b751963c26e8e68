import { type Knowledge, knowledgeOf } from './knowledge.ts';
import { Ledger, type Outcome } from './ledger.ts';
import { budget } from './policy.ts';
import { type CohortSums, placeUnits, sumCohorts } from './stand.ts';
import type { LatencyMoment } from './latency-trace.ts';
import type { Trace } from './trace.ts';

/** One moment with two cohorts, when no unit is ever sent back. */
export interface RampMoment {
  readonly sums: CohortSums;
  readonly knowledge: Knowledge;
  readonly latency: LatencyMoment | null;
}

/** The ramp as it goes for those who can only roll back. */
export function walkRamp(trace: Trace): readonly RampMoment[] {
  const isNew = new Uint8Array(trace.population.names.length);
  return trace.moments.flatMap(({ stage }, index) => {
    if (stage.mode !== 'compared') return [];
    placeUnits(trace, stage.share, [], isNew);
    return rampMoment(trace, index, isNew);
  });
}

/** One moment with the units on the sides that they are marked for. */
export function rampMoment(trace: Trace, index: number, isNew: Uint8Array): RampMoment {
  const sums = sumCohorts(trace, index, isNew);
  const knowledge = knowledgeOf(trace, index, sums);
  return { sums, knowledge, latency: trace.latency[index] ?? null };
}

/** What a rollout costs that is rolled back at `at`, or never. */
export function rollBackAt(ramp: readonly RampMoment[], at: number | null): Outcome {
  const ledger = new Ledger(null);
  for (const { sums, knowledge } of ramp) {
    ledger.enter(sums, knowledge);
    if (at === null || sums.at < at) continue;
    ledger.rollBack(at);
    break;
  }
  return ledger.outcome();
}

/**
 * When a judge stops that knows when the migration does harm and all true rates in advance, and bets
 * on nothing else. It has the same tolerance, budget and ticks as ours; what it needs is a floor that
 * no judge can go below.
 */
export function oracle(ramp: readonly RampMoment[]): number | null {
  let evidence = 0;
  for (const { sums, knowledge } of ramp) {
    evidence += knowledge.logE;
    if (evidence >= -Math.log(budget)) return sums.at;
  }
  return null;
}
