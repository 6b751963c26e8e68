import type { BucketLayout } from '../../histogram/bucket-layout.ts';
import { harmOdds, harmOddsWeights } from '../../statistics/alternatives.ts';
import {
  advanceProcess,
  logEvidence,
  newProcess,
  processPlan,
} from '../../statistics/e-process.ts';
import { logAverage, type WeightedLog } from '../../statistics/log-space.ts';
import { logAboveBernoulliE } from '../../statistics/one-sample-bernoulli.ts';
import { limitAfter, type Reference } from './baseline-reference.ts';
import type { BaselineHarm, BaselineState } from './baseline-state.ts';
import { type BaselineStream, type BaselineTick, countStream } from './baseline-streams.ts';

/** Harm may begin at any time, but mostly begins with the event. */
const harmPlan = processPlan({ weights: harmOddsWeights, first: 0.5 });

/** Seconds after which what happened of late counts half. */
const recentHalfLife = 30;

/**
 * The monitor's bets after a tick, and whether they amount to a finding: `budget` is how probable one is
 * while nothing is wrong.
 */
export function judgeBaseline(
  state: BaselineState,
  streams: readonly BaselineStream[],
  tick: BaselineTick,
  layout: BucketLayout,
  budget: number,
): BaselineState {
  const kept = 2 ** (-tick.seconds / recentHalfLife);
  const total = state.recentTotal.map((sum) => sum * kept);
  const bad = state.recentBad.map((sum) => sum * kept);
  const advance = (reference: Reference | null, first: number): Reference | null => {
    if (reference === null) return null;
    const harm = streams.map((stream, index) => {
      const known = reference.streams[index] ?? null;
      const process = reference.harm[index] ?? newProcess;
      if (known === null) return process;
      const seconds = (tick.at - reference.at) / 1000;
      const limit = limitAfter(stream, known, state.drift[index] ?? [], seconds, layout);
      const counts = countStream(stream, index, tick, limit.bucket);
      total[first + index] = (total[first + index] ?? 0) + counts.total;
      bad[first + index] = (bad[first + index] ?? 0) + counts.bad;
      const logE = harmOdds(limit.border).map((bet) =>
        logAboveBernoulliE(counts, bet, limit.border),
      );
      const dispersion = reference.dispersion[index] ?? 1;
      return advanceProcess(process, harmPlan, { seconds: tick.seconds, logE, dispersion });
    });
    return { ...reference, harm };
  };
  const touched = advance(state.touched, 0);
  const atStep = advance(state.atStep, streams.length);
  const next = { ...state, touched, atStep, recentTotal: total, recentBad: bad };
  return next.harm === null ? find(next, budget, tick.at) : endure(next, streams, tick, layout);
}

const weightOf = { touched: 0.5, step: 0.5 } as const;

/** The evidence of each stream against each reference, with its weight in the average. */
function evidence(
  state: BaselineState,
): readonly (WeightedLog & { readonly stream: number; readonly since: BaselineHarm['since'] })[] {
  const of = (reference: Reference | null, since: BaselineHarm['since']) =>
    state.drift.map((_, stream) => ({
      stream,
      since,
      weight: weightOf[since] / state.drift.length,
      log: logEvidence(reference?.harm[stream] ?? newProcess, harmPlan),
    }));
  return [...of(state.touched, 'touched'), ...of(state.atStep, 'step')];
}

/** ln of the averaged evidence that the old side is worse than before. */
export function logBaselineHarm(state: BaselineState): number {
  return logAverage(evidence(state));
}

function find(state: BaselineState, budget: number, at: number): BaselineState {
  const logHarm = logBaselineHarm(state);
  if (logHarm < -Math.log(budget)) return state;
  const most = evidence(state).reduce((a, b) => (b.log > a.log ? b : a));
  const { stream, since } = most;
  return {
    ...state,
    harm: { stream, since, at, logHarm, calmSeconds: 0 },
    episodes: state.episodes + 1,
  };
}

/** The first finding ends after so many calm seconds; each later one in a step takes twice as long. */
const calmForSeconds = 60;
const longestCalm = 3_600;

/** How long the stream must stay within its limit before a finding ends. */
export function neededCalm({ episodes }: BaselineState): number {
  return Math.min(longestCalm, calmForSeconds * 2 ** Math.max(0, episodes - 1));
}

function endure(
  state: BaselineState,
  streams: readonly BaselineStream[],
  tick: BaselineTick,
  layout: BucketLayout,
): BaselineState {
  const { harm } = state;
  if (harm === null) return state;
  const now = recently(state, streams, harm, tick.at, layout);
  const isCalm = now === null || now.rate <= now.border;
  const calmSeconds = isCalm ? harm.calmSeconds + tick.seconds : 0;
  if (calmSeconds < neededCalm(state)) return { ...state, harm: { ...harm, calmSeconds } };
  const anew = (reference: Reference | null): Reference | null =>
    reference === null ? null : { ...reference, harm: reference.harm.map(() => newProcess) };
  return { ...state, harm: null, touched: anew(state.touched), atStep: anew(state.atStep) };
}

/** How a stream stands of late, beside the limit that it is held to now. */
export interface Recently {
  readonly total: number;
  readonly rate: number;
  readonly border: number;
  /** The bucket above which durations are long; null for errors. */
  readonly bucket: number | null;
}

/** The stream of a finding of late; null when the old side did next to nothing, or nothing is known. */
export function recently(
  state: BaselineState,
  streams: readonly BaselineStream[],
  { stream: index, since }: Pick<BaselineHarm, 'stream' | 'since'>,
  at: number,
  layout: BucketLayout,
): Recently | null {
  const reference = since === 'touched' ? state.touched : state.atStep;
  const stream = streams[index];
  const known = reference?.streams[index] ?? null;
  if (reference === null || stream === undefined || known === null) return null;
  const place = since === 'touched' ? index : streams.length + index;
  const total = state.recentTotal[place] ?? 0;
  if (total < 1) return null;
  const seconds = (at - reference.at) / 1000;
  const { bucket, border } = limitAfter(stream, known, state.drift[index] ?? [], seconds, layout);
  return { total, rate: (state.recentBad[place] ?? 0) / total, border, bucket };
}
