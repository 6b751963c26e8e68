import { decayRate, guessRate } from '../statistics/decayed-rate.ts';
import { type EProcess, newProcess } from '../statistics/e-process.ts';
import { checkEvidence } from './check-evidence.ts';
import { advanceErrors, type ErrorsTick } from './errors-judge.ts';
import type { EvidenceTick } from './evidence-tick.ts';
import { detectFailures } from './harm.ts';
import { type CohortDurations, type Durations, takeDurations } from './durations.ts';
import { pooledByCohort } from './grouped-durations.ts';
import { cohortTotal, growHistory } from './history.ts';
import type { JudgeConfig } from './judge-config.ts';
import { checkState, type GuardState, type JudgeState, type StepState } from './judge-state.ts';
import type { JudgeStep } from './judge-step.ts';
import { advanceNotWorse, advanceWatches, latencyTick, type LatencyTick } from './latency-judge.ts';
import { freezeWatches, resetWatches } from './latency-watch.ts';
import {
  advanceMismatchHarm,
  advanceMismatchNotWorse,
  creditComparisons,
  type CreditedComparisons,
} from './mismatches-judge.ts';
import { countTick, forgetDurations, partOfStep, stepStateOf } from './step-state.ts';
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
  const kept = stepStateOf(state.step, step);
  const own = partOfStep(tick, step);
  const durations = takeDurations(state.durations, tick, own, {
    begins: kept !== state.step,
    isHistory: !exposed && tick.revision !== null,
  });
  const known = durations.isNewLayout ? forgetDurations(kept) : kept;
  const reading = read(state, tick, durations.tick, step.warmupUntil, isCompared);
  const guards = exposed
    ? setThresholds(state.guards, config, durations.before, known !== state.step)
    : state.guards;
  const baseline = cohortTotal(tick, 'baseline');
  const next: JudgeState = {
    ...state,
    exposed,
    durations: durations.after,
    history: exposed ? state.history : growHistory(state.history, tick),
    oldErrors: decayRate(
      state.oldErrors,
      { total: baseline.requests, bad: baseline.failed },
      tick.seconds,
    ),
    guards: guards.map((guard, index) => observeHarm(guard, config, index, reading)),
    traffic: isCompared ? watchTraffic(state.traffic, state.history, tick) : state.traffic,
    credits: reading.comparisons.credits,
    step: known,
    newestAt: tick.revision === null ? state.newestAt : tick.at,
  };
  if (own !== null && durations.own !== null) {
    const ownReading = read(state, own, durations.own, step.warmupUntil, isCompared);
    const notWorse = observeNotWorse(guards, known, config, ownReading);
    const counted = countTick(known, own, pooledByCohort(durations.own));
    return failed({ ...next, step: { ...counted, notWorse } }, config, tick.at);
  }
  return failed(next, config, tick.at);
}

function failed(state: JudgeState, config: JudgeConfig, at: number): JudgeState {
  return { ...state, failures: detectFailures(state, config, at) };
}

function read(
  state: JudgeState,
  tick: EvidenceTick,
  durations: CohortDurations,
  warmupUntil: number,
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
  const warming = tick.at < warmupUntil;
  return {
    errors: { seconds, counts, oldRate: guessRate(state.oldErrors), warming },
    latency: latencyTick(seconds, durations.canary, durations.baseline),
    comparisons: creditComparisons(state.credits, tick.comparisons, tick.at),
    isCompared,
  };
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
