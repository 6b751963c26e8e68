import { type BucketLayout, ownLayout, upperBound } from '../../histogram/bucket-layout.ts';
import { baselineGuard } from '../../policy/guard.ts';
import type { JudgeConfig } from '../judge-config.ts';
import type { JudgeStep } from '../judge-step.ts';
import type { Measurement } from '../measurement.ts';
import { duration, odds, percent, quantileName } from '../wording.ts';
import { logBaselineHarm, neededCalm, type Recently, recently } from './baseline-evidence.ts';
import type { BaselineHarm, BaselineState } from './baseline-state.ts';
import { baselineStreams, type BaselineStream } from './baseline-streams.ts';

/**
 * What the baseline monitor makes of the ticks so far: harm to the old side or to both. A failure is
 * advisory: it holds, and never moves anybody by itself, since
 * nobody would be better off on the side that is harmed. Null where it has nothing to go by: for a policy
 * without a guard on errors or latency, and while too little of the time before is known. `now` is in
 * epoch milliseconds.
 */
export function measureBaseline(
  state: BaselineState,
  config: JudgeConfig,
  step: JudgeStep,
  now: number,
): Measurement | null {
  const streams = baselineStreams(config);
  if (streams.length === 0 || (state.touched === null && state.atStep === null)) return null;
  const { harm } = state;
  return {
    guard: baselineGuard,
    kind: 'compare',
    advisory: true,
    canary: null,
    unit: 'ratio',
    logHarm: logBaselineHarm(state),
    logNotWorse: null,
    newestAt: null,
    ...(harm === null ? atPeace(state, step) : found(state, streams, harm, now)),
  };
}

type Finding = Pick<Measurement, 'verdict' | 'reason' | 'baseline' | 'limit' | 'samples'>;

function found(
  state: BaselineState,
  streams: readonly BaselineStream[],
  harm: BaselineHarm,
  now: number,
): Finding {
  const layout = state.layout ?? ownLayout;
  const stream = streams[harm.stream];
  const seen = recently(state, streams, harm, now, layout);
  const reasons = [
    `the old side is worse than before ${eventOf(harm)}: evidence ${odds(harm.logHarm)} to 1`,
    stream === undefined ? '' : words(stream, seen, layout),
    calm(state, harm),
  ];
  return {
    verdict: 'fail',
    reason: reasons.filter((part) => part !== '').join('; '),
    baseline: seen?.rate ?? null,
    limit: seen?.border ?? null,
    samples: { canary: 0, baseline: Math.round(seen?.total ?? 0), units: 0 },
  };
}

function atPeace(state: BaselineState, step: JudgeStep): Finding {
  return {
    verdict: 'pass',
    reason: peace(state, step),
    baseline: null,
    limit: null,
    samples: { canary: 0, baseline: 0, units: 0 },
  };
}

function eventOf({ since }: BaselineHarm): string {
  return since === 'touched' ? 'the schema was touched' : 'this step';
}

function peace(state: BaselineState, step: JudgeStep): string {
  if (step.mode === 'whole') return 'not judged in this step: nobody is on the old side';
  return state.touched === null
    ? 'the old side does as well as before this step'
    : 'the old side does as well as before the schema was touched';
}

function words(stream: BaselineStream, seen: Recently | null, layout: BucketLayout): string {
  if (seen === null) return '';
  const what = stream.operation === null ? 'operations' : `${stream.operation}s`;
  const at = `${percent(seen.rate)} of ${what}`;
  if (stream.kind === 'errors') {
    return `${at} fail on the old side, ${percent(seen.border)} would be as before`;
  }
  const bound = seen.bucket === null ? 'the limit' : duration(upperBound(layout, seen.bucket));
  const quantile = quantileName(stream.tolerate.quantile);
  return `${at} take longer than ${bound} on the old side, ${percent(seen.border)} would be as before (${quantile})`;
}

function calm(state: BaselineState, { calmSeconds }: BaselineHarm): string {
  if (calmSeconds === 0) return '';
  return `back within it for ${Math.floor(calmSeconds)} s of ${neededCalm(state)} s`;
}
