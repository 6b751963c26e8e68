import { logEvidence } from '../statistics/e-process.ts';
import { logErrorsHarm } from './errors-judge.ts';
import { budgetWeights, type JudgeConfig } from './judge-config.ts';
import { activeUnits, type GuardState, type JudgeState } from './judge-state.ts';
import { logLatencyHarm } from './latency-judge.ts';
import { mismatchHarmPlan } from './mismatches-judge.ts';
import { harmWithout } from './units/suspects.ts';
import { logUnitGuard } from './units/unit-guard.ts';

/**
 * ln of a guard's evidence for harm beyond its tolerance; 0 where it has none. As if the units of
 * the rows `except` had never been on the new side.
 */
function logGuardHarm(
  guard: GuardState,
  { evidence }: JudgeConfig,
  except: readonly number[],
): number {
  switch (guard.kind) {
    case 'errors':
      return logErrorsHarm(harmWithout(guard.evidence, except), evidence.warmupMs);
    case 'latency':
      return logLatencyHarm(guard.watches);
    case 'mismatches':
      return logEvidence(guard.harm, mismatchHarmPlan);
  }
}

/** Evidence for harm that counts for the guard of this index, and its part of the budget. */
export interface HarmTerm {
  readonly index: number;
  readonly weight: number;
  readonly log: number;
}

/**
 * All evidence for harm, with at most two units left out by row. What the watch over single units finds
 * counts for the first errors guard.
 */
export function harmTerms(
  state: JudgeState,
  config: JudgeConfig,
  except: readonly number[] = [],
): readonly HarmTerm[] {
  const weights = budgetWeights(config);
  const guards = state.guards.flatMap((guard, index) => {
    const weight = weights.guards[index] ?? 0;
    return weight === 0 ? [] : { index, weight, log: logGuardHarm(guard, config, except) };
  });
  if (weights.units === 0) return guards;
  const index = config.guards.findIndex((guard) => guard.compare === 'errors');
  const log = logUnitGuard(state.unitGuard, activeUnits(state), except);
  return [...guards, { index, weight: weights.units, log }];
}
