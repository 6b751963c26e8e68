import type { ErrorsGuard } from '../policy/guard.ts';
import {
  harmRates,
  harmWeights,
  notWorseRates,
  notWorseWeights,
} from '../statistics/alternatives.ts';
import { advanceProcess, type EProcess, type ProcessPlan } from '../statistics/e-process.ts';
import { logPoissonE } from '../statistics/poisson-e-variable.ts';
import { type Direction, toleratedRate, type TwoStreams } from '../statistics/two-streams.ts';

/** Harm may begin at any time, so most of the stake is kept for later. */
export const harmPlan: ProcessPlan = { weights: harmWeights, first: 0.2 };

/** A step's proof begins with the step. */
export const notWorsePlan: ProcessPlan = { weights: notWorseWeights, first: 0.9 };

/** While caches are cold, this much more is tolerated: 2 percentage points. */
const warmupAdd = 0.02;

/** One tick for an errors guard. `oldRate` is guessed from the ticks before. */
export interface ErrorsTick {
  readonly seconds: number;
  readonly counts: TwoStreams;
  readonly oldRate: number;
  readonly warming: boolean;
}

/**
 * One of the guard's two processes after a tick. During the warm-up harm is bet on beyond the wider
 * tolerance only; whatever is worse than that is worse than the narrow one too, so the evidence stays
 * valid.
 */
export function advanceErrors(
  process: EProcess,
  guard: ErrorsGuard,
  tick: ErrorsTick,
  direction: Direction,
): EProcess {
  const { seconds, counts, oldRate } = tick;
  const { ratio, add } = guard.tolerate;
  const isHarm = direction === 'harm';
  const margin = { ratio, add: isHarm && tick.warming ? add + warmupAdd : add };
  const rates = isHarm ? harmRates(toleratedRate(oldRate, margin)) : notWorseRates(oldRate, margin);
  const logE = rates.map((newRate) => logPoissonE(counts, { newRate, oldRate }, margin, direction));
  return advanceProcess(process, isHarm ? harmPlan : notWorsePlan, { seconds, logE });
}
