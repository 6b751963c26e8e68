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

export type Outcomes = Readonly<Record<Contender, Outcome>>;

const warmupMs = 60_000;

/** The same rollout under every way of judging. */
export function contend(trace: Trace): Outcomes {
  const unit = prepareOurs(trace, 'unit');
  const ramp = walkRamp(trace);
  const minutes = minutesOf(ramp);
  const until = (at: number | null): Outcome => rollBackAt(ramp, at);
  return {
    ours: judgeByOurs(trace, unit, 0),
    'ours warm': judgeByOurs(trace, unit, warmupMs),
    'ours bucket': judgeByOurs(trace, prepareOurs(trace, 'bucket'), 0),
    'ours total': judgeByOurs(trace, prepareOurs(trace, 'total'), 0),
    flagger: until(flagger(minutes)),
    argo: until(argo(minutes)),
    'argo-relative': until(argoRelative(minutes)),
    kayenta: until(kayenta(minutes)),
    oracle: until(oracle(ramp)),
  };
}
