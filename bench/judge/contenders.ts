import type { Outcome } from './ledger.ts';
import { judgeByOurs, prepareOurs } from './ours.ts';
import { argo, argoRelative } from './peers/argo.ts';
import { flagger } from './peers/flagger.ts';
import { kayenta } from './peers/kayenta.ts';
import { minutesOf } from './peers/minutes.ts';
import { oracle, rollBackAt, walkRamp } from './ramp.ts';
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

/** The same rollout under every way of judging. */
export function contend(trace: Trace, isHealthy: boolean): Outcomes {
  const ramp = walkRamp(trace);
  const minutes = minutesOf(ramp);
  const until = (at: number | null): Outcome => rollBackAt(ramp, at);
  return {
    ...ours(trace, isHealthy),
    flagger: until(flagger(minutes)),
    argo: until(argo(minutes)),
    'argo-relative': until(argoRelative(minutes)),
    kayenta: until(kayenta(minutes)),
    oracle: until(oracle(ramp)),
  };
}

/**
 * Our judge with and without warm-up, and on coarser evidence. Durations come by ramp group however
 * fine the units are, and a healthy judge that waits is judged by its errors alone.
 */
function ours(trace: Trace, isHealthy: boolean): Outcomes {
  const unit = prepareOurs(trace, 'unit');
  const plain = { ours: judgeByOurs(trace, unit, 0) };
  const hasDurations = trace.latency.length > 0;
  if (isHealthy && hasDurations) return plain;
  const warm = { ...plain, 'ours warm': judgeByOurs(trace, unit, warmupMs) };
  if (hasDurations) return warm;
  return {
    ...warm,
    'ours bucket': judgeByOurs(trace, prepareOurs(trace, 'bucket'), 0),
    'ours total': judgeByOurs(trace, prepareOurs(trace, 'total'), 0),
  };
}
