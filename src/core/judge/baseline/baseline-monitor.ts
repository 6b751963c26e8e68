import {
  type BucketLayout,
  commonLayout,
  isSameLayout,
  ownLayout,
} from '../../histogram/bucket-layout.ts';
import { quantileBucket } from '../../histogram/quantile.ts';
import type { Durations, TakenDurations } from '../durations.ts';
import type { EvidenceTick } from '../evidence-tick.ts';
import { layoutOf, readDurations } from '../grouped-durations.ts';
import type { JudgeConfig } from '../judge-config.ts';
import type { JudgeStep } from '../judge-step.ts';
import { strataOf } from '../latency-strata.ts';
import { learnDrift, mostWindows, windowSeconds } from './baseline-drift.ts';
import { judgeBaseline } from './baseline-evidence.ts';
import { takeReference } from './baseline-reference.ts';
import { addToMinute, restartMinutes } from './baseline-scatter.ts';
import { addToSlice, emptySlice, joinSlices, levelOf } from './baseline-slices.ts';
import { type BaselineState, beginBaseline } from './baseline-state.ts';
import {
  baselineStreams,
  type BaselineStream,
  type BaselineTick,
  baselineTick,
  countStream,
} from './baseline-streams.ts';

/** The quantile at which ramp groups are brought to a common place. */
const alignedAt = 0.5;

/**
 * The monitor's memory after one tick.
 *
 * Cohorts cannot show harm that strikes both of them, or the old side alone: a sync trigger that slows
 * every write, an `up` that fails, a backfill that takes the disk. So from expand on the old side is
 * also held against its own past, twice: against the time just before the schema was touched, and
 * against the time just before the current step. After each of these events a stream (errors or one
 * latency quantile, of reads or writes) may be worse by the policy's tolerance, by what chance leaves
 * open in the reference, and by as much as it may have moved by itself since: what every service is
 * taken to, or what this one has shown in placebo windows. Beyond that limit one-sample e-processes bet
 * on harm; their average reaching 1 / budget is a finding. Valid while the stream's own drift stays
 * within that envelope and its events scatter no more than minutes before; both are calibrated by
 * simulation (docs/guards/baseline.md), not proved.
 *
 * A finding ends when the stream was back within its limit for a while, longer for each finding in the
 * same step; then the bets begin anew.
 */
export function observeBaseline(
  state: BaselineState,
  config: JudgeConfig,
  tick: EvidenceTick,
  step: JudgeStep,
  durations: Pick<TakenDurations, 'after' | 'read'>,
): BaselineState {
  const streams = baselineStreams(config);
  if (streams.length === 0 || tick.revision === null) return state;
  const adopted = adoptLayout(state, streams, tick);
  const aligned = alignGroups(adopted, step, durations.after);
  const begun = beginEvents(aligned, streams, tick, step);
  const layout = begun.layout ?? ownLayout;
  const known = isSameLayout(durations.read.layout, layout);
  const read = known ? durations.read : readDurations(tick, layout);
  const reading = baselineTick(streams, tick, read, begun.strata);
  const { falseRollbackBudget } = config.evidence;
  const judged =
    step.mode === 'whole'
      ? begun
      : judgeBaseline(begun, streams, reading, layout, falseRollbackBudget);
  return grow(judged, streams, reading, layout);
}

/** Buckets that mean something else make the monitor forget all that it knows of durations. */
function adoptLayout(
  state: BaselineState,
  streams: readonly BaselineStream[],
  tick: EvidenceTick,
): BaselineState {
  const arrived = layoutOf(tick);
  if (arrived === null) return state;
  if (state.layout === null) return { ...state, layout: arrived };
  const common = commonLayout(state.layout, arrived);
  if (common !== null && isSameLayout(common, state.layout)) return state;
  const { isTouched, step } = state;
  return { ...beginBaseline(streams), layout: common ?? arrived, isTouched, step };
}

/**
 * When the first unit is exposed the groups that stay on the old side are no longer all of them: from
 * then on each is moved to a common place, and counting begins anew there.
 */
function alignGroups(state: BaselineState, step: JudgeStep, durations: Durations): BaselineState {
  if (state.strata !== null || step.mode !== 'compared' || durations.layout === null) return state;
  return { ...state, strata: strataOf(durations.history, alignedAt, durations.layout) };
}

/** Takes references at the events: the schema is touched, and each step after that begins. */
function beginEvents(
  state: BaselineState,
  streams: readonly BaselineStream[],
  tick: EvidenceTick,
  step: JudgeStep,
): BaselineState {
  const isTouched = state.isTouched || (step.touched ?? step.mode !== 'before');
  if (!isTouched) return { ...state, step: step.index };
  const layout = state.layout ?? ownLayout;
  const at = tick.at - tick.seconds * 1000;
  const recent = joinSlices(state.previous, state.open);
  if (!state.isTouched) {
    return {
      ...state,
      isTouched,
      step: step.index,
      drift: state.levels.map((levels) => learnDrift(levels)),
      levels: streams.map(() => []),
      touched: takeReference(streams, { recent, longer: state.history }, state.minutes, layout, at),
    };
  }
  if (state.step === step.index) return state;
  const both = state.recentTotal.map(() => 0);
  return {
    ...state,
    step: step.index,
    atStep: takeReference(streams, { recent, longer: recent }, state.minutes, layout, at),
    episodes: 0,
    recentTotal: both,
    recentBad: both,
  };
}

/** Adds the tick to what later references are made from. */
function grow(
  state: BaselineState,
  streams: readonly BaselineStream[],
  tick: BaselineTick,
  layout: BucketLayout,
): BaselineState {
  const counts = streams.map((stream, index) =>
    countStream(stream, index, tick, state.gauges[index] ?? null),
  );
  const minutes = addToMinute(state.minutes, counts, tick.seconds);
  const open = addToSlice(state.open, tick);
  const history = state.isTouched ? state.history : addToSlice(state.history, tick);
  const next = { ...state, minutes, open, history };
  return open.seconds < windowSeconds ? next : endWindow(next, streams, layout);
}

function endWindow(
  state: BaselineState,
  streams: readonly BaselineStream[],
  layout: BucketLayout,
): BaselineState {
  const { open } = state;
  const levels = streams.map((stream, index) => {
    const known = state.levels[index] ?? [];
    return state.isTouched
      ? known
      : [...known, levelOf(stream, index, open, layout)].slice(-mostWindows);
  });
  const gauges = streams.map((stream) =>
    stream.kind === 'errors'
      ? null
      : quantileBucket(open.durations[stream.operation], stream.tolerate.quantile),
  );
  return {
    ...state,
    levels,
    gauges,
    previous: open,
    open: emptySlice(streams.length),
    minutes: restartMinutes(state.minutes),
  };
}
