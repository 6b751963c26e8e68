import type { MismatchesGuard } from '../policy/guard.ts';
import type { ComparisonCounts } from '../protocol/evidence.ts';
import { belowRates, belowWeights, harmRates, harmWeights } from '../statistics/alternatives.ts';
import { advanceProcess, type EProcess, processPlan } from '../statistics/e-process.ts';
import { logAboveE, logBelowE } from '../statistics/one-sample-e-variable.ts';
import type { Credits } from './judge-state.ts';

export const mismatchHarmPlan = processPlan({ weights: harmWeights, first: 0.2 });
export const mismatchNotWorsePlan = processPlan({ weights: belowWeights, first: 0.9 });

/** Comparisons of one unit that count within an hour, so that one chatty unit proves nothing. */
const creditedPerHour = 100;

const hourMs = 3_600_000;

/** What a tick's comparisons weigh after no unit may count for more than its credit. */
export interface CreditedComparisons {
  readonly compared: number;
  /** At most one per unit and hour: a broken unit is one piece of evidence for harm. */
  readonly mismatchedUnits: number;
  /** Every one: a proof of safety must not overlook any. */
  readonly mismatched: number;
  readonly credits: Credits;
}

/** Credits the comparisons of a tick at `at` (epoch milliseconds) to the hour's units. */
export function creditComparisons(
  before: Credits,
  comparisons: readonly ComparisonCounts[],
  at: number,
): CreditedComparisons {
  const isNewHour = at - before.hourAt >= hourMs;
  if (comparisons.length === 0 && !isNewHour) {
    return { compared: 0, mismatchedUnits: 0, mismatched: 0, credits: before };
  }
  const units = new Map(isNewHour ? [] : before.units.map((unit) => [unit[0], unit]));
  let compared = 0;
  let mismatchedUnits = 0;
  let mismatched = 0;
  for (const counts of comparisons) {
    if (counts.compared === 0) continue;
    const [, credited, known] = units.get(counts.unit) ?? [counts.unit, 0, 0];
    const credit = Math.min(counts.compared, creditedPerHour - credited);
    compared += credit;
    mismatched += counts.mismatched;
    if (known === 0 && counts.mismatched > 0) mismatchedUnits += 1;
    units.set(counts.unit, [counts.unit, credited + credit, known + counts.mismatched]);
  }
  const credits = { hourAt: isNewHour ? at : before.hourAt, units: [...units.values()] };
  return { compared, mismatchedUnits, mismatched, credits };
}

/** The guard's harm process after a tick; only for a tolerated rate above 0. */
export function advanceMismatchHarm(
  process: EProcess,
  guard: MismatchesGuard,
  credited: CreditedComparisons,
  seconds: number,
): EProcess {
  const sample = { total: credited.compared, bad: credited.mismatchedUnits };
  const logE = harmRates(guard.atMost).map((bet) => logAboveE(sample, bet, guard.atMost));
  return advanceProcess(process, mismatchHarmPlan, { seconds, logE });
}

/** The guard's process for "fewer mismatches than tolerated" after a tick. */
export function advanceMismatchNotWorse(
  process: EProcess,
  guard: MismatchesGuard,
  credited: CreditedComparisons,
  seconds: number,
): EProcess {
  const total = Math.max(credited.compared, credited.mismatched);
  const sample = { total, bad: credited.mismatched };
  const logE = belowRates(guard.atMost).map((bet) => logBelowE(sample, bet, guard.atMost));
  return advanceProcess(process, mismatchNotWorsePlan, { seconds, logE });
}
