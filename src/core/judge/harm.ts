import { logAverage } from '../statistics/log-space.ts';
import { blameFor } from './blame.ts';
import { harmedOperations } from './errors-judge.ts';
import { type HarmTerm, harmTerms } from './harm-terms.ts';
import type { JudgeConfig } from './judge-config.ts';
import type { Failure, GuardState, JudgeState } from './judge-state.ts';
import type { JudgeStep } from './judge-step.ts';
import { count, odds } from './wording.ts';

/** What was found by the end of a tick. */
type Found = Pick<JudgeState, 'failures' | 'accused'>;

/**
 * The failures and accusations so far, with those that are new at `at`; both stay.
 *
 * A mismatch where none is tolerated fails at once. Otherwise the guards' evidence is averaged with
 * the weights of `budgetWeights`, and 1/falseRollbackBudget of it is too much: by Ville's inequality a
 * rollout without harm ever gets there with at most that probability, however often it is looked at.
 * The guard that contributes most is named.
 *
 * Where it is a single unit's, that unit is accused instead (see `blame.ts`).
 */
export function detectHarm(
  state: JudgeState,
  config: JudgeConfig,
  step: JudgeStep,
  at: number,
): Found {
  const failures = [...state.failures, ...mismatched(state, config, at)];
  const { accused } = state;
  if (failures.some(({ logHarm }) => logHarm !== null)) return { failures, accused };
  const terms = harmTerms(state, config);
  const needed = -Math.log(config.evidence.falseRollbackBudget);
  const logHarm = logAverage(terms);
  if (terms.length === 0 || logHarm < needed) return { failures, accused };
  const index = strongest(terms);
  const evidence = `evidence for harm${toWhat(state.guards[index])} ${odds(logHarm)} to 1`;
  const found = {
    guard: config.guards[index]?.name ?? '',
    at,
    logHarm,
    reason: `${evidence}, ${odds(needed)} is too much`,
  };
  const blame = blameFor(state, config, step, { logHarm, needed });
  if (blame === 'unclear') return { failures, accused };
  if (blame === 'all') return { failures: [...failures, found], accused };
  const { units, logWithout } = blame;
  const [unit] = units;
  if (accused.some((known) => known.unit === unit)) return { failures, accused };
  const left = `without ${unitWords(units)} it is ${odds(logWithout)} to 1`;
  const reason = `${found.reason}; ${left}`;
  return { failures, accused: [...accused, { ...found, unit, logWithout, reason }] };
}

function unitWords(units: readonly string[]): string {
  return `${units.length === 1 ? 'unit' : 'units'} ${units.join(' and ')}`;
}

/** ` to reads` where it is they that are harmed; empty where that cannot be told. */
function toWhat(guard: GuardState | undefined): string {
  const harmed = guard?.kind === 'errors' ? harmedOperations(guard.evidence.harm) : null;
  return harmed === null ? '' : ` to ${harmed}`;
}

function mismatched(state: JudgeState, config: JudgeConfig, at: number): readonly Failure[] {
  return config.guards.flatMap((guard, index): readonly Failure[] => {
    const known = state.guards[index];
    if (guard.compare !== 'mismatches' || known?.kind !== 'mismatches') return [];
    const isKnown = state.failures.some((failure) => failure.guard === guard.name);
    if (guard.atMost > 0 || known.mismatched === 0 || isKnown) return [];
    const reason = `${count(known.mismatched, 'confirmed mismatch', 'confirmed mismatches')}, none is tolerated`;
    return [{ guard: guard.name, at, logHarm: null, reason }];
  });
}

function strongest(terms: readonly HarmTerm[]): number {
  const part = ({ weight, log }: HarmTerm): number => Math.log(weight) + log;
  return terms.reduce((a, b) => (part(b) > part(a) ? b : a)).index;
}
