import { type Cusum, greatest, noCusum } from '../statistics/cusum.ts';
import { logEvidence } from '../statistics/e-process.ts';
import { logAverage } from '../statistics/log-space.ts';
import { harmedOperations, logErrorsHarm } from './errors-judge.ts';
import { budgetWeights, type JudgeConfig, sourceOf } from './judge-config.ts';
import {
  type Accusation,
  activeUnits,
  type Failure,
  type GuardState,
  type JudgeState,
} from './judge-state.ts';
import type { JudgeStep } from './judge-step.ts';
import { logLatencyHarm } from './latency-judge.ts';
import { mismatchHarmPlan } from './mismatches-judge.ts';
import { isSharedUnit } from '../protocol/shared-units.ts';
import { logUnitGuard, loudest } from './units/unit-guard.ts';
import { count, odds } from './wording.ts';

/**
 * ln of a guard's evidence for harm beyond its tolerance; 0 where it has none. With `except`, as if the
 * unit of that row had never been on the new side.
 */
function logGuardHarm(guard: GuardState, { evidence }: JudgeConfig, except?: number): number {
  switch (guard.kind) {
    case 'errors': {
      const suspect = guard.evidence.suspects.find(({ row }) => row === except);
      return logErrorsHarm(suspect?.without ?? guard.evidence.harm, evidence.warmupMs);
    }
    case 'latency':
      return logLatencyHarm(guard.watches);
    case 'mismatches':
      return logEvidence(guard.harm, mismatchHarmPlan);
  }
}

/** Evidence for harm that counts for the guard of this index, and its part of the budget. */
interface Term {
  readonly index: number;
  readonly weight: number;
  readonly log: number;
}

/** All evidence for harm. What the watch over single units finds counts for the first errors guard. */
function termsOf(state: JudgeState, config: JudgeConfig, except?: number): readonly Term[] {
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
 * Where hardly any of it is left without one unit, less than the square root of what is too much, and
 * the others fail no oftener than the old side, that unit is accused instead. In simulation the two are far
 * apart: without a unit that alone is broken at most 1.8 to 1 is left, where all units are harmed more
 * than 1.9 to 1 in 95 of 100 cases. A ring and fewer than five units on the new side fail as a whole.
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
  const terms = termsOf(state, config);
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
  const culprit = mayAccuse(state, config, step) ? culpritOf(state, config) : null;
  if (culprit === null || !isAlone(state, culprit, needed)) {
    return { failures: [...failures, found], accused };
  }
  const { unit, logWithout } = culprit;
  if (accused.some((known) => known.unit === unit)) return { failures, accused };
  const reason = `${found.reason}; without unit ${unit} it is ${odds(logWithout)} to 1`;
  return { failures, accused: [...accused, { ...found, unit, logWithout, reason }] };
}

/** 20 to 1: so likely the others must look harmed as well. */
const othersLookHarmed = Math.log(20);

/**
 * Whether the harm is the unit's alone: hardly any evidence is left without the unit, and the others fail
 * no oftener than the old side, tolerance or not. The first alone would blame a unit that makes much of
 * the traffic when everybody is harmed, since not knowing the onset cuts the others' evidence short.
 */
function isAlone({ guards }: JudgeState, { row, logWithout }: Culprit, needed: number): boolean {
  const others = guards.flatMap((guard) => (guard.kind === 'errors' ? othersOf(guard, row) : []));
  return logWithout < needed / 2 && greatest(others) < othersLookHarmed;
}

function othersOf({ evidence }: Extract<GuardState, { kind: 'errors' }>, row: number): Cusum {
  return evidence.suspects.find((suspect) => suspect.row === row)?.others ?? noCusum;
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

function strongest(terms: readonly Term[]): number {
  const part = ({ weight, log }: Term): number => Math.log(weight) + log;
  return terms.reduce((a, b) => (part(b) > part(a) ? b : a)).index;
}

/** With fewer units than this on the new side a failure is the rollout's, not a unit's. */
const fewestUnits = 5;

function mayAccuse({ units }: JudgeState, config: JudgeConfig, step: JudgeStep): boolean {
  if (step.ringUnits !== undefined || sourceOf(config).tier !== 'unit') return false;
  const gone = new Set(step.quarantined ?? []);
  const exposed = units.names.filter((name, row) => units.side[row] === 2 && !gone.has(name));
  return exposed.length >= fewestUnits;
}

interface Culprit extends Pick<Accusation, 'unit' | 'logWithout'> {
  readonly row: number;
}

/** The unit without which the least evidence is left; null when no unit has failed by itself. */
function culpritOf(state: JudgeState, config: JudgeConfig): Culprit | null {
  const suspects = state.guards.flatMap((guard) =>
    guard.kind === 'errors' ? guard.evidence.suspects : [],
  );
  const rows = new Set([...suspects.map(({ row }) => row), ...loudest(state.unitGuard)]);
  let culprit: Culprit | null = null;
  for (const row of rows) {
    const unit = state.units.names[row] ?? '';
    if (isSharedUnit(unit)) continue;
    const logWithout = logAverage(termsOf(state, config, row));
    if (culprit === null || logWithout < culprit.logWithout) culprit = { unit, row, logWithout };
  }
  return culprit;
}
