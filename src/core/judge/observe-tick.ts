import { mergeBuckets } from '../histogram/exponential-histogram.ts';
import { decayRate, guessRate } from '../statistics/decayed-rate.ts';
import { type EProcess, newProcess } from '../statistics/e-process.ts';
import { checkEvidence } from './check-evidence.ts';
import { advanceErrors, type ErrorsTick } from './errors-judge.ts';
import type { EvidenceTick } from './evidence-tick.ts';
import { detectFailures } from './harm.ts';
import { cohortLatency, cohortTotal, growHistory } from './history.ts';
import type { JudgeConfig } from './judge-config.ts';
import { checkState, type GuardState, type JudgeState, type StepState } from './judge-state.ts';
import type { JudgeStep } from './judge-step.ts';
import {
  advanceNotWorse,
  advanceWatches,
  freezeWatches,
  recentDurations,
  resetWatches,
  sufficeForThresholds,
  latencyTick,
  type LatencyTick,
} from './latency-judge.ts';
import {
  advanceMismatchHarm,
  advanceMismatchNotWorse,
  creditComparisons,
  type CreditedComparisons,
} from './mismatches-judge.ts';
import { countTick, partOfStep, stepStateOf } from './step-state.ts';
import { watchTraffic } from './traffic.ts';

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
  state: JudgeState,
  config: JudgeConfig,
  tick: EvidenceTick,
  step: JudgeStep,
): JudgeState {
  checkState(state, config);
  checkEvidence(tick);
  const canary = cohortTotal(tick, 'canary');
  const exposed = state.exposed || step.mode === 'whole' || canary.requests > 0;
  const isCompared = exposed && step.mode === 'compared';
  const reading = read(state, tick, step, isCompared);
  const known = stepStateOf(state.step, step);
  const begins = known !== state.step;
  const lately =
    begins && state.step !== null
      ? recentDurations(state.lately, state.step.baseline.latency)
      : state.lately;
  const frozen = exposed
    ? setThresholds({ ...state, lately }, config, known, begins)
    : state.guards;
  const baseline = cohortTotal(tick, 'baseline');
  const own = partOfStep(tick, step);
  const ownReading = own === null ? reading : read(state, own, step, isCompared);
  const next: JudgeState = {
    ...state,
    exposed,
    lately,
    history: exposed ? state.history : growHistory(state.history, tick),
    oldErrors: decayRate(
      state.oldErrors,
      { total: baseline.requests, bad: baseline.failed },
      tick.seconds,
    ),
    guards: frozen.map((guard, index) => observeHarm(guard, config, index, reading)),
    traffic: isCompared ? watchTraffic(state.traffic, state.history, tick) : state.traffic,
    credits: reading.comparisons.credits,
    step:
      own === null
        ? known
        : {
            ...countTick(known, own),
            notWorse: observeNotWorse(frozen, known, config, ownReading),
          },
    newestAt: tick.revision === null ? state.newestAt : tick.at,
  };
  return { ...next, failures: detectFailures(next, config, tick.at) };
}

function read(
  state: JudgeState,
  tick: EvidenceTick,
  step: JudgeStep,
  isCompared: boolean,
): Reading {
  const canary = cohortTotal(tick, 'canary');
  const baseline = cohortTotal(tick, 'baseline');
  const counts = {
    newTotal: canary.requests,
    newBad: canary.failed,
    oldTotal: baseline.requests,
    oldBad: baseline.failed,
  };
  const { seconds } = tick;
  const warming = tick.at < step.warmupUntil;
  return {
    errors: { seconds, counts, oldRate: guessRate(state.oldErrors), warming },
    latency: latencyTick(seconds, cohortLatency(tick, 'canary'), cohortLatency(tick, 'baseline')),
    comparisons: creditComparisons(state.credits, tick.comparisons, tick.at),
    isCompared,
  };
}

/**
 * Latency thresholds are set when a step begins, from what is known before this tick: so each is
 * predictable, and the bets stay fair although the threshold moves.
 */
function setThresholds(
  state: JudgeState,
  config: JudgeConfig,
  known: StepState,
  begins: boolean,
): readonly GuardState[] {
  return state.guards.map((guard, index) => {
    const policy = config.guards[index];
    if (guard.kind !== 'latency' || (guard.watches.length > 0 && !begins)) return guard;
    if (policy?.compare !== 'latency') return guard;
    const durations = sufficeForThresholds(state.lately)
      ? state.lately
      : mergeBuckets(state.history.latency, known.baseline.latency);
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
    return { ...guard, harm: advanceErrors(guard.harm, policy, reading.errors, 'harm') };
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
      return [advanceErrors(first, policy, reading.errors, 'notWorse')];
    }
    return guard.kind === 'latency'
      ? advanceNotWorse(before, guard.watches, reading.latency)
      : before;
  });
}
