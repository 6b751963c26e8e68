import { addCounts, type BucketCounts, noCounts } from '../histogram/bucket-counts.ts';
import type { Cohort, ComparisonCounts } from '../protocol/evidence.ts';
import { remembered } from '../statistics/remembered.ts';
import { type EvidenceTick, partSince } from './evidence-tick.ts';
import type { JudgeStep } from './judge-step.ts';
import type { CohortState, StepState } from './judge-state.ts';
import { countFailing, nobodySentBack } from './sent-back.ts';
import type { UnitTick } from './units/unit-tick.ts';

const nobody: CohortState = { requests: 0, failed: 0, latency: noCounts, units: [] };

/** A step without evidence. */
export function freshStep({
  index,
  sinceRevision,
}: Pick<JudgeStep, 'index' | 'sinceRevision'>): StepState {
  return {
    index,
    sinceRevision,
    firstAt: null,
    canary: nobody,
    baseline: nobody,
    failing: [],
    sentBack: nobodySentBack,
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

/** 1 for each row of a list, which is mostly the same as in the tick before. */
const marked = remembered((rows: readonly number[]) => {
  const marks = new Uint8Array(rows.reduce((end, row) => Math.max(end, row + 1), 0));
  for (const row of rows) marks[row] = 1;
  return marks;
});

/** The rows of `before` and of those units that made requests. */
function seenRows(before: readonly number[], active: Int32Array): readonly number[] {
  const known = marked(before);
  const fresh: number[] = [];
  for (let at = 0; at < active.length; at += 1) {
    const row = active[at] ?? 0;
    if (row >= known.length || known[row] === 0) fresh.push(row);
  }
  return fresh.length === 0 ? before : [...before, ...fresh];
}

/** What a tick adds to a cohort. */
interface CohortTick extends Pick<CohortState, 'requests' | 'failed' | 'latency'> {
  /** Rows of the units that made a request. */
  readonly active: Int32Array;
}

function addCohort(before: CohortState, tick: CohortTick): CohortState {
  return {
    requests: before.requests + tick.requests,
    failed: before.failed + tick.failed,
    latency: addCounts(before.latency, tick.latency),
    units: seenRows(before.units, tick.active),
  };
}

/** The names, with those of units that were compared. */
function withUnits(
  before: readonly string[],
  compared: readonly ComparisonCounts[],
): readonly string[] {
  const known = namedIn(before);
  const fresh = new Set<string>();
  for (const { unit } of compared) if (!known.has(unit)) fresh.add(unit);
  return fresh.size === 0 ? before : [...before, ...fresh];
}

const namedIn = remembered((units: readonly string[]): ReadonlySet<string> => new Set(units));

/**
 * The step's counts after a tick that belongs to it, with its units and the durations of its cohorts;
 * its processes are advanced elsewhere.
 */
export function countTick(
  before: StepState,
  tick: EvidenceTick,
  units: UnitTick,
  latency: Readonly<Record<Cohort, BucketCounts>>,
): StepState {
  const { sums } = units;
  const compared = tick.comparisons.filter((counts) => counts.compared > 0);
  const voided = tick.comparisons.reduce((sum, counts) => sum + counts.void, before.voided ?? 0);
  return {
    ...before,
    firstAt: before.firstAt ?? tick.at - tick.seconds * 1000,
    canary: addCohort(before.canary, {
      requests: sums.newRequests,
      failed: sums.newFailed,
      latency: latency.canary,
      active: units.newRows,
    }),
    baseline: addCohort(before.baseline, {
      requests: sums.oldRequests,
      failed: sums.oldFailed,
      latency: latency.baseline,
      active: units.oldRows,
    }),
    failing: countFailing(before.failing, units),
    compared: before.compared + compared.reduce((sum, counts) => sum + counts.compared, 0),
    mismatched: before.mismatched + compared.reduce((sum, counts) => sum + counts.mismatched, 0),
    comparedUnits: withUnits(before.comparedUnits, compared),
    ...(voided === 0 ? {} : { voided }),
  };
}

/** The step as if nothing had been counted in it yet, under the same revision. */
export function withoutCounts({ index, sinceRevision }: StepState): StepState {
  return freshStep({ index, sinceRevision });
}

/** The step without the durations it has counted: their buckets mean something else from now on. */
export function forgetDurations(step: StepState): StepState {
  const { canary, baseline } = step;
  return {
    ...step,
    canary: { ...canary, latency: noCounts },
    baseline: { ...baseline, latency: noCounts },
  };
}
