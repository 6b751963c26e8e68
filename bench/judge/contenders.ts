import { judgeByOurs, prepareOurs } from './ours.ts';
import type { Outcome } from './ledger.ts';
import type { Trace } from './trace.ts';

/** All ways of judging that meet the same rollouts. */
export const contenders = ['ours', 'ours warm', 'ours bucket', 'ours total'] as const;

export type Contender = (typeof contenders)[number];

export type Outcomes = Readonly<Record<Contender, Outcome>>;

const warmupMs = 60_000;

/** The same rollout under every way of judging. */
export function contend(trace: Trace): Outcomes {
  const unit = prepareOurs(trace, 'unit');
  return {
    ours: judgeByOurs(trace, unit, 0),
    'ours warm': judgeByOurs(trace, unit, warmupMs),
    'ours bucket': judgeByOurs(trace, prepareOurs(trace, 'bucket'), 0),
    'ours total': judgeByOurs(trace, prepareOurs(trace, 'total'), 0),
  };
}
