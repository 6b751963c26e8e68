import { Ledger, type Outcome } from './ledger.ts';
import { oracleErrors } from './oracle.ts';
import { judgeByOurs, prepareOurs } from './ours.ts';
import { argoErrors, argoRelativeErrors } from './peers/argo.ts';
import { flaggerErrors } from './peers/flagger.ts';
import { kayentaErrors } from './peers/kayenta.ts';
import { minutesOf } from './peers/minutes.ts';
import { type CohortSums, sumRamp } from './stand.ts';
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
  const sums = sumRamp(trace);
  const minutes = minutesOf(sums);
  const until = (at: number | null): Outcome => rollBackAt(sums, at);
  return {
    ours: judgeByOurs(trace, unit, 0),
    'ours warm': judgeByOurs(trace, unit, warmupMs),
    'ours bucket': judgeByOurs(trace, prepareOurs(trace, 'bucket'), 0),
    'ours total': judgeByOurs(trace, prepareOurs(trace, 'total'), 0),
    flagger: until(flaggerErrors(minutes)),
    argo: until(argoErrors(minutes)),
    'argo-relative': until(argoRelativeErrors(minutes)),
    kayenta: until(kayentaErrors(minutes)),
    oracle: until(oracleErrors(sums)),
  };
}

/** What a rollout costs that is rolled back at `at`, or never. */
function rollBackAt(sums: readonly CohortSums[], at: number | null): Outcome {
  const ledger = new Ledger();
  for (const moment of sums) {
    ledger.enter(moment);
    if (at === null || moment.at < at) continue;
    ledger.rollBack(at);
    break;
  }
  return ledger.outcome();
}
