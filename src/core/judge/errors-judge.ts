import type { ErrorsGuard } from '../policy/guard.ts';
import {
  harmRates,
  harmWeights,
  notWorseRates,
  notWorseWeights,
} from '../statistics/alternatives.ts';
import { wideningFactor } from '../statistics/comparison-error.ts';
import {
  advanceProcess,
  type EProcess,
  logEvidence,
  newProcess,
  type ProcessPlan,
} from '../statistics/e-process.ts';
import { logAverage } from '../statistics/log-space.ts';
import { logPoissonE } from '../statistics/poisson-e-variable.ts';
import { type Margin, toleratedRate, type TwoStreams } from '../statistics/two-streams.ts';
import type { Precision } from './units/precision.ts';

/** Harm shows with the first exposure or at any time after it: some of the stake for each. */
const harmPlan: ProcessPlan = { weights: harmWeights, first: 0.3 };

/** A step's proof begins with the step. */
const notWorsePlan: ProcessPlan = { weights: notWorseWeights, first: 0.9 };

/** While caches are cold, this much more is tolerated: 2 percentage points. */
const warmupAdd = 0.02;

/** Part of the guard's stake that is kept for catastrophes while caches are cold. */
const warmupWeight = 0.1;

/** Evidence for harm: beyond the tolerance, and beyond the wide one that the warm-up has. */
export interface ErrorsHarm {
  readonly usual: EProcess;
  readonly warming: EProcess;
}

export const noHarm: ErrorsHarm = { usual: newProcess, warming: newProcess };

/** The new side's units by columns: requests, exposures, failures that count. */
export interface CanaryColumns {
  readonly requests: readonly number[];
  readonly exposures: readonly number[];
  readonly votes: readonly number[];
}

/**
 * One tick for an errors guard. `counts` are votes of exposures, not failures of requests (see
 * `units/`); `oldRate` (votes per exposure) and `precision` come from the ticks before.
 */
export interface ErrorsTick {
  readonly seconds: number;
  readonly counts: TwoStreams;
  readonly newRequests: number;
  readonly oldRate: number;
  readonly warming: boolean;
  readonly precision: Precision;
  readonly canary: CanaryColumns;
}

/** The tick as if one unit had not been on the new side. */
export function withoutUnit(tick: ErrorsTick, row: number): ErrorsTick {
  const { canary, counts } = tick;
  const requests = canary.requests[row] ?? 0;
  if (requests === 0) return tick;
  const newRequests = tick.newRequests - requests;
  const newTotal = newRequests === 0 ? 0 : counts.newTotal - (canary.exposures[row] ?? 0);
  const newBad = counts.newBad - (canary.votes[row] ?? 0);
  return { ...tick, newRequests, counts: { ...counts, newTotal: Math.max(0, newTotal), newBad } };
}

/**
 * What is tolerated per exposure. `add` is meant per request, and a cohort of careful units has fewer
 * exposures than requests.
 */
function marginOf(tick: ErrorsTick, ratio: number, add: number): Margin {
  const { newTotal } = tick.counts;
  return { ratio, add: newTotal === 0 ? add : (add * tick.newRequests) / newTotal };
}

/** ln E of a tick for each size of harm beyond `ratio` (widened by what is not known) and `add`. */
function logHarmE(tick: ErrorsTick, ratio: number, add: number): readonly number[] {
  const { counts, oldRate, precision } = tick;
  const margin = marginOf(tick, ratio * wideningFactor(precision.deviation), add);
  return harmRates(toleratedRate(oldRate, margin)).map((newRate) =>
    logPoissonE(counts, { newRate, oldRate }, margin, 'harm'),
  );
}

/**
 * The guard's evidence for harm after a tick. During the warm-up only a process of its own bets,
 * beyond a tolerance that is 2 points wider; the usual one waits with all its stakes.
 */
export function advanceHarm(harm: ErrorsHarm, guard: ErrorsGuard, tick: ErrorsTick): ErrorsHarm {
  const { ratio, add } = guard.tolerate;
  const { seconds, warming, precision } = tick;
  const { dispersion } = precision;
  const bet = (wide: number): readonly number[] => logHarmE(tick, ratio, add + wide);
  return {
    usual: advanceProcess(harm.usual, harmPlan, {
      seconds,
      dispersion,
      logE: warming ? [] : bet(0),
    }),
    warming: warming
      ? advanceProcess(harm.warming, harmPlan, { seconds, dispersion, logE: bet(warmupAdd) })
      : harm.warming,
  };
}

/** ln of the guard's evidence for harm; a policy without a warm-up keeps nothing for it. */
export function logErrorsHarm({ usual, warming }: ErrorsHarm, warmupMs: number): number {
  const log = logEvidence(usual, harmPlan);
  if (warmupMs === 0) return log;
  return logAverage([
    { weight: 1 - warmupWeight, log },
    { weight: warmupWeight, log: logEvidence(warming, harmPlan) },
  ]);
}

/** The guard's process for "not worse" after a tick; the tolerated ratio is narrowed instead. */
export function advanceErrorsNotWorse(
  process: EProcess,
  guard: ErrorsGuard,
  tick: ErrorsTick,
): EProcess {
  const { counts, oldRate, precision, seconds } = tick;
  const { ratio, add } = guard.tolerate;
  const margin = marginOf(tick, ratio / wideningFactor(precision.deviation), add);
  const logE = notWorseRates(oldRate, margin).map((newRate) =>
    logPoissonE(counts, { newRate, oldRate }, margin, 'notWorse'),
  );
  return advanceProcess(process, notWorsePlan, { seconds, logE, dispersion: precision.dispersion });
}

/** ln of the guard's evidence for "not worse". */
export function logErrorsNotWorse(process: EProcess): number {
  return logEvidence(process, notWorsePlan);
}
