import { greatest } from '../statistics/cusum.ts';
import { logEvidence } from '../statistics/e-process.ts';
import { logErrorsHarm } from './errors-judge.ts';
import { budgetWeights, type JudgeConfig } from './judge-config.ts';
import { activeUnits, type GuardState, type JudgeState } from './judge-state.ts';
import { logLatencyHarm } from './latency-judge.ts';
import { mismatchHarmPlan } from './mismatches-judge.ts';
import { dispersionOf } from './units/precision.ts';
import { type ErrorsEvidence, harmWithout } from './units/suspects.ts';
import { logUnitGuard } from './units/unit-guard.ts';
import type { UnitTable } from './units/unit-table.ts';

/**
 * ln of a guard's evidence for harm beyond its tolerance; 0 where it has none. As if the units of
 * the rows `except` had never been on the new side.
 */
function logGuardHarm(
  guard: GuardState,
  { evidence }: JudgeConfig,
  units: UnitTable,
  except: readonly number[],
): number {
  switch (guard.kind) {
    case 'errors': {
      const log = logErrorsHarm(harmWithout(guard.evidence, except), evidence.warmupMs);
      return except.length > 0 ? log : log - overstated(guard.evidence, units);
    }
    case 'latency':
      return logLatencyHarm(guard.watches);
    case 'mismatches':
      return logEvidence(guard.harm, mismatchHarmPlan);
  }
}

/**
 * How much of the evidence since the onset rests on a scatter that was not known yet. An incident of a shard
 * strikes units of both sides at once; that failures cluster shows on the old side only while it lasts,
 * and until then each counted as if it were one of its own. So the evidence is no more than it would
 * be had the present scatter been known from the onset on. What is taken away never makes it wrong.
 */
function overstated({ recent, undivided }: ErrorsEvidence, units: UnitTable): number {
  return Math.max(0, greatest(recent) - greatest(undivided) / dispersionOf(units));
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
    return weight === 0
      ? []
      : { index, weight, log: logGuardHarm(guard, config, state.units, except) };
  });
  if (weights.units === 0) return guards;
  const index = config.guards.findIndex((guard) => guard.compare === 'errors');
  const log = logUnitGuard(state.unitGuard, activeUnits(state), except);
  return [...guards, { index, weight: weights.units, log }];
}

/** ln of all evidence for harm so far, aligned with the config's guards, and of the watch over single units. */
export interface StandingHarm {
  readonly guards: readonly number[];
  readonly units: number;
}

export function standingHarm(state: JudgeState, config: JudgeConfig): StandingHarm {
  return {
    guards: state.guards.map((guard) => logGuardHarm(guard, config, state.units, [])),
    units: logUnitGuard(state.unitGuard, activeUnits(state)),
  };
}
