import { type EProcess, newProcess } from '../statistics/e-process.ts';
import { observeBaseline } from './baseline/baseline-monitor.ts';
import { checkEvidence } from './check-evidence.ts';
import { advanceErrorsNotWorse, type ErrorsTick } from './errors-judge.ts';
import type { EvidenceTick } from './evidence-tick.ts';
import { detectHarm } from './harm.ts';
import {
  type CohortDurations,
  type Durations,
  type TakenDurations,
  takeDurations,
} from './durations.ts';
import { pooledByCohort } from './grouped-durations.ts';
import { growHistory } from './history.ts';
import { type JudgeConfig, toleratedOfUnits, watchesUnits } from './judge-config.ts';
import { checkState, type GuardState, type JudgeState, type StepState } from './judge-state.ts';
import type { JudgeStep } from './judge-step.ts';
import { advanceNotWorse, advanceWatches, latencyTick, type LatencyTick } from './latency-judge.ts';
import { freezeWatches, resetWatches } from './latency-watch.ts';
import { leaveOutQuarantined } from './leave-out-quarantined.ts';
import {
  advanceMismatchHarm,
  advanceMismatchNotWorse,
  creditComparisons,
  type CreditedComparisons,
} from './mismatches-judge.ts';
import { countTick, forgetDurations, partOfStep, stepStateOf } from './step-state.ts';
import { watchTraffic } from './traffic.ts';
import { probe } from './units/quarantine.ts';
import { advanceEvidence } from './units/suspects.ts';
import { decayErrors, errorsTick, type TakenUnits, takeUnits } from './units/take-units.ts';
import { advanceUnitGuard, type UnitProcess } from './units/unit-guard.ts';
import type { UnitTick } from './units/unit-tick.ts';

/** A tick, read once for all guards. What bets are placed on comes from the ticks before. */
interface Reading {
  readonly errors: ErrorsTick;
  readonly latency: LatencyTick;
  readonly comparisons: CreditedComparisons;
  /** Whether two cohorts run beside each other. */
  readonly isCompared: boolean;
}

/**
 * The judge's memory after one tick of evidence. Harm is judged by all evidence since the first
 * exposure, "not worse" by evidence made under the current step's revision only.
 *
 * Throws `invalidInput` for impossible evidence or the state of another policy, `unsupported` for the
 * state of another judge; `state` itself is never changed.
 */
export function observeTick(
  before: JudgeState,
  config: JudgeConfig,
  tick: EvidenceTick,
  step: JudgeStep,
): JudgeState {
  checkState(before, config);
  checkEvidence(tick);
  const state = leaveOutQuarantined(before, step);
  const exposed = isExposed(state, tick, step);
  const taken = takeTick(state, config, tick, { step, exposed });
  const { known, units, durations, reading } = taken;
  const guards = exposed
    ? setThresholds(state.guards, config, durations.before, known !== state.step)
    : state.guards;
  const next: JudgeState = {
    ...state,
    exposed,
    durations: durations.after,
    baseline: observeBaseline(state.baseline, config, tick, step, durations),
    units: units.after,
    unitGuard: watchUnits(state, config, taken),
    quarantined: probe(state.quarantined, tick, units.before, reading.errors.oldRate),
    history: exposed ? state.history : growHistory(state.history, tick),
    oldErrors: decayErrors(state.oldErrors, reading.errors),
    guards: guards.map((guard, index) => observeHarm(guard, config, index, reading)),
    traffic: reading.isCompared ? watchTraffic(state.traffic, units, taken.leftOut) : state.traffic,
    credits: reading.comparisons.credits,
    step: observeStep(guards, config, taken),
    newestAt: tick.revision === null ? state.newestAt : tick.at,
  };
  return { ...next, ...detectHarm(next, config, step, tick.at) };
}

function isExposed(state: JudgeState, tick: EvidenceTick, step: JudgeStep): boolean {
  if (state.exposed || step.mode === 'whole') return true;
  return tick.units.some(({ cohort, requests }) => cohort === 'canary' && requests > 0);
}

/** A tick, taken apart: what of it is judged how. */
interface Taken {
  readonly leftOut: ReadonlySet<string>;
  /** What is known of the step before this tick. */
  readonly known: StepState;
  readonly units: TakenUnits;
  readonly durations: TakenDurations;
  readonly reading: Reading;
  /** The part that belongs to the step; null without one. */
  readonly own: OwnPart | null;
}

interface OwnPart {
  readonly tick: EvidenceTick;
  readonly units: UnitTick;
  readonly durations: CohortDurations;
  readonly reading: Reading;
}

function takeTick(
  state: JudgeState,
  config: JudgeConfig,
  tick: EvidenceTick,
  { step, exposed }: { readonly step: JudgeStep; readonly exposed: boolean },
): Taken {
  const kept = stepStateOf(state.step, step);
  const own = partOfStep(tick, step);
  const durations = takeDurations(state.durations, tick, own, {
    begins: kept !== state.step,
    isHistory: !exposed && tick.revision !== null,
  });
  const leftOut = new Set(step.quarantined ?? []);
  const units = takeUnits(state.units, tick, own, {
    leftOut,
    exposed,
    tolerate: toleratedOfUnits(config),
  });
  // A tick that began in the warm-up is of the warm-up.
  const warming = tick.at - 1000 * tick.seconds < step.warmupUntil;
  const read = (part: EvidenceTick, of: UnitTick, took: CohortDurations): Reading => ({
    errors: errorsTick(units, of, state.oldErrors, warming),
    latency: latencyTick(tick.seconds, took.canary, took.baseline),
    comparisons: creditComparisons(state.credits, part.comparisons, tick.at),
    isCompared: exposed && step.mode === 'compared',
  });
  const reading = read(tick, units.tick, durations.tick);
  const known = durations.isNewLayout ? forgetDurations(kept) : kept;
  const taken = { leftOut, known, units, durations, reading };
  if (own === null || units.own === null || durations.own === null) return { ...taken, own: null };
  const ownReading = own === tick ? reading : read(own, units.own, durations.own);
  const part = { tick: own, units: units.own, durations: durations.own, reading: ownReading };
  return { ...taken, own: part };
}

/** What is known of the step after a tick. */
function observeStep(
  guards: readonly GuardState[],
  config: JudgeConfig,
  { known, own }: Taken,
): StepState {
  if (own === null) return known;
  const notWorse = observeNotWorse(guards, known, config, own.reading);
  return { ...countTick(known, own.tick, own.units, pooledByCohort(own.durations)), notWorse };
}

/** The units' own processes, which take a step when a minute ends with this tick. */
function watchUnits(
  { unitGuard }: JudgeState,
  config: JudgeConfig,
  { reading, units: { before, minute } }: Taken,
): readonly UnitProcess[] {
  if (!reading.isCompared || !watchesUnits(config)) return unitGuard;
  if (minute === null || before.known === null) return unitGuard;
  return advanceUnitGuard(unitGuard, before.known, minute, toleratedOfUnits(config));
}

/**
 * Latency thresholds are set when a step begins, from what is known before this tick: so each is
 * predictable, and the bets stay fair although the threshold moves.
 */
function setThresholds(
  guards: readonly GuardState[],
  config: JudgeConfig,
  durations: Durations,
  isMeasuredAnew: boolean,
): readonly GuardState[] {
  return guards.map((guard, index) => {
    const policy = config.guards[index];
    if (guard.kind !== 'latency' || (guard.watches.length > 0 && !isMeasuredAnew)) return guard;
    if (policy?.compare !== 'latency') return guard;
    return { ...guard, watches: resetWatches(guard.watches, freezeWatches(policy, durations)) };
  });
}

function observeHarm(
  guard: GuardState,
  config: JudgeConfig,
  index: number,
  reading: Reading,
): GuardState {
  const policy = config.guards[index];
  if (guard.kind === 'mismatches' && policy?.compare === 'mismatches') {
    const { comparisons, latency } = reading;
    const harm =
      policy.atMost > 0
        ? advanceMismatchHarm(guard.harm, policy, comparisons, latency.seconds)
        : guard.harm;
    return { ...guard, harm, mismatched: guard.mismatched + comparisons.mismatched };
  }
  if (!reading.isCompared) return guard;
  if (guard.kind === 'errors' && policy?.compare === 'errors') {
    const { errors } = reading;
    return { ...guard, evidence: advanceEvidence(guard.evidence, policy, errors) };
  }
  if (guard.kind !== 'latency') return guard;
  return {
    ...guard,
    watches: advanceWatches(guard.watches, reading.latency, reading.errors.warming),
  };
}

function observeNotWorse(
  guards: readonly GuardState[],
  known: StepState,
  config: JudgeConfig,
  reading: Reading,
): readonly (readonly EProcess[])[] {
  return guards.map((guard, index) => {
    const policy = config.guards[index];
    const before = known.notWorse[index] ?? [];
    const first = before[0] ?? newProcess;
    if (guard.kind === 'mismatches' && policy?.compare === 'mismatches') {
      if (policy.atMost === 0) return [];
      const { comparisons, latency } = reading;
      return [advanceMismatchNotWorse(first, policy, comparisons, latency.seconds)];
    }
    if (!reading.isCompared) return before;
    if (guard.kind === 'errors' && policy?.compare === 'errors') {
      return [advanceErrorsNotWorse(first, policy, reading.errors)];
    }
    return guard.kind === 'latency'
      ? advanceNotWorse(before, guard.watches, reading.latency)
      : before;
  });
}
