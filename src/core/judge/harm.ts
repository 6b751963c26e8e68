import { logEvidence } from '../statistics/e-process.ts';
import { logAverage } from '../statistics/log-space.ts';
import { harmPlan } from './errors-judge.ts';
import { guardWeights, type JudgeConfig } from './judge-config.ts';
import type { Failure, GuardState, JudgeState } from './judge-state.ts';
import { logLatencyHarm } from './latency-judge.ts';
import { mismatchHarmPlan } from './mismatches-judge.ts';
import { count, odds } from './wording.ts';

/** ln of a guard's evidence for harm beyond its tolerance; 0 where it has none. */
export function logGuardHarm(guard: GuardState): number {
  switch (guard.kind) {
    case 'errors':
      return logEvidence(guard.harm, harmPlan);
    case 'latency':
      return logLatencyHarm(guard.watches);
    case 'mismatches':
      return logEvidence(guard.harm, mismatchHarmPlan);
  }
}

/**
 * The failures so far, with those that are new at `at`. A failure stays.
 *
 * A mismatch where none is tolerated fails at once. Otherwise the guards' evidence is averaged with
 * the weights of `guardWeights`, and 1/falseRollbackBudget of it is too much: by Ville's inequality a
 * rollout without harm ever gets there with at most that probability, however often it is looked at.
 * The guard that contributes most is named.
 */
export function detectFailures(
  state: JudgeState,
  config: JudgeConfig,
  at: number,
): readonly Failure[] {
  const isKnown = (name: string): boolean => state.failures.some(({ guard }) => guard === name);
  const mismatches = config.guards.flatMap((guard, index): readonly Failure[] => {
    const known = state.guards[index];
    if (guard.compare !== 'mismatches' || known?.kind !== 'mismatches') return [];
    if (guard.atMost > 0 || known.mismatched === 0 || isKnown(guard.name)) return [];
    const reason = `${count(known.mismatched, 'confirmed mismatch', 'confirmed mismatches')}, none is tolerated`;
    return [{ guard: guard.name, at, logHarm: null, reason }];
  });
  return [...state.failures, ...mismatches, ...averaged(state, config, at)];
}

function averaged(state: JudgeState, config: JudgeConfig, at: number): readonly Failure[] {
  if (state.failures.some(({ logHarm }) => logHarm !== null)) return [];
  const weights = guardWeights(config);
  const terms = state.guards.flatMap((guard, index) => {
    const weight = weights[index] ?? 0;
    return weight === 0 ? [] : { index, weight, log: logGuardHarm(guard) };
  });
  const logHarm = logAverage(terms);
  if (terms.length === 0 || logHarm < -Math.log(config.evidence.falseRollbackBudget)) return [];
  const contribution = (term: (typeof terms)[number]): number => Math.log(term.weight) + term.log;
  const most = terms.reduce((a, b) => (contribution(b) > contribution(a) ? b : a));
  const needed = odds(-Math.log(config.evidence.falseRollbackBudget));
  const reason = `evidence for harm ${odds(logHarm)} to 1, ${needed} is too much`;
  return [{ guard: config.guards[most.index]?.name ?? '', at, logHarm, reason }];
}
