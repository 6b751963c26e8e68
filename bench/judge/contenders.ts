import type { Outcome } from './ledger.ts';
import { judgeByOurs, type Prepared, prepareOurs } from './ours.ts';
import { argo, argoRelative } from './peers/argo.ts';
import { flagger } from './peers/flagger.ts';
import { kayenta } from './peers/kayenta.ts';
import { minutesOf } from './peers/minutes.ts';
import { oracle, type RampMoment, rollBackAt, walkRamp } from './ramp.ts';
import type { Trace } from './trace.ts';

/** All ways of judging that meet the same rollouts. */
export const contenders = [
  'ours',
  'ours warm',
  'ours bucket',
  'ours total',
  'flagger',
  'argo',
  'argo-relative',
  'kayenta',
  'oracle',
] as const;

export type Contender = (typeof contenders)[number];

/** Not everybody takes part everywhere. */
export type Outcomes = Readonly<Partial<Record<Contender, Outcome>>>;

const warmupMs = 60_000;

/** How much is judged of a rollout. */
export interface Extent {
  /** By our judge on coarser evidence, and with a warm-up, too. */
  readonly isWhole: boolean;
  /** With a warm-up beside it, although it is a short run. */
  readonly judgesWarm: boolean;
}

/**
 * The same rollout under every way of judging, or under those of a short run. `unit` is our judge after
 * the time before the first exposure, which rollouts of one scene may share.
 */
export function contend(
  trace: Trace,
  { isWhole, judgesWarm }: Extent,
  unit: Prepared = prepareOurs(trace, 'unit'),
): Outcomes {
  const ramp = walkRamp(trace);
  const minutes = minutesOf(ramp);
  const until = (at: number | null): Outcome => rollBackAt(ramp, at);
  return {
    ours: judgeByOurs(trace, unit, 0, ramp),
    ...(isWhole || judgesWarm ? { 'ours warm': judgeByOurs(trace, unit, warmupMs, ramp) } : {}),
    ...(isWhole ? coarser(trace, ramp) : {}),
    flagger: until(flagger(minutes)),
    argo: until(argo(minutes)),
    'argo-relative': until(argoRelative(minutes)),
    kayenta: until(kayenta(minutes)),
    oracle: until(oracle(ramp)),
  };
}

/** Our judge on coarser evidence. Durations come by ramp group however fine the units are. */
function coarser(trace: Trace, ramp: readonly RampMoment[]): Outcomes {
  if (trace.latency.length > 0) return {};
  return {
    'ours bucket': judgeByOurs(trace, prepareOurs(trace, 'bucket'), 0, ramp),
    'ours total': judgeByOurs(trace, prepareOurs(trace, 'total'), 0, ramp),
  };
}
