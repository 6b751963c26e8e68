import { type Buckets, mergeBuckets } from '../histogram/exponential-histogram.ts';
import type { Cohort } from '../protocol/evidence.ts';
import { type EvidenceTick, partSince } from './evidence-tick.ts';
import { cohortTotal } from './history.ts';
import type { JudgeStep } from './judge-step.ts';
import type { CohortState, StepState } from './judge-state.ts';
import { seenUnits } from './traffic.ts';

const nobody: CohortState = { requests: 0, failed: 0, latency: {}, units: [] };

/** A step without evidence. */
export function freshStep({ index, sinceRevision }: JudgeStep): StepState {
  return {
    index,
    sinceRevision,
    firstAt: null,
    canary: nobody,
    baseline: nobody,
    compared: 0,
    mismatched: 0,
    comparedUnits: [],
    notWorse: [],
  };
}

/**
 * What is known of `step`: nothing when the state is of another step, or of another revision of its
 * route. Evidence for "not worse" never outlives the share it was made at.
 */
export function stepStateOf(known: StepState | null, step: JudgeStep): StepState {
  const isSame = known?.index === step.index && known.sinceRevision === step.sinceRevision;
  return isSame ? known : freshStep(step);
}

/** What of a tick was made under the step's revision or a later one; null when nothing was. */
export function partOfStep(tick: EvidenceTick, step: JudgeStep): EvidenceTick | null {
  return step.sinceRevision === null ? null : partSince(tick, step.sinceRevision);
}

function addCohort(
  before: CohortState,
  tick: EvidenceTick,
  cohort: Cohort,
  latency: Buckets,
): CohortState {
  const { requests, failed } = cohortTotal(tick, cohort);
  return {
    requests: before.requests + requests,
    failed: before.failed + failed,
    latency: mergeBuckets(before.latency, latency),
    units: seenUnits(before.units, tick, cohort),
  };
}

/**
 * The step's counts after a tick that belongs to it, with the durations of its cohorts; its processes
 * are advanced elsewhere.
 */
export function countTick(
  before: StepState,
  tick: EvidenceTick,
  latency: Readonly<Record<Cohort, Buckets>>,
): StepState {
  const compared = tick.comparisons.filter((counts) => counts.compared > 0);
  const names = new Set([...before.comparedUnits, ...compared.map((counts) => counts.unit)]);
  return {
    ...before,
    firstAt: before.firstAt ?? tick.at - tick.seconds * 1000,
    canary: addCohort(before.canary, tick, 'canary', latency.canary),
    baseline: addCohort(before.baseline, tick, 'baseline', latency.baseline),
    compared: before.compared + compared.reduce((sum, counts) => sum + counts.compared, 0),
    mismatched: before.mismatched + compared.reduce((sum, counts) => sum + counts.mismatched, 0),
    comparedUnits: [...names],
  };
}

/** The step without the durations it has counted: their buckets mean something else from now on. */
export function forgetDurations(step: StepState): StepState {
  const { canary, baseline } = step;
  return {
    ...step,
    canary: { ...canary, latency: {} },
    baseline: { ...baseline, latency: {} },
  };
}
