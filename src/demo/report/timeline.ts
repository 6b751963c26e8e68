import type { DecisionView } from '../control-plane/views.ts';
import type { HoldTimes, StepTimes } from './scenario-result.ts';

/** Epoch milliseconds to milliseconds since the start, as whole numbers. */
export type SinceStart = (epochMs: number) => number;

/** The stays in each step, from the decisions that entered them. */
export function stepTimes(
  decisions: readonly DecisionView[],
  endedAt: number,
  sinceStart: SinceStart,
): readonly StepTimes[] {
  const entered = decisions.filter(
    ({ step }, index) => index === 0 || decisions[index - 1]?.step !== step,
  );
  return entered.map(({ step, at }, index) => ({
    name: step,
    fromMs: sinceStart(at),
    toMs: sinceStart(entered[index + 1]?.at ?? endedAt),
  }));
}

/** A hold lasts until the next decision, whatever that is. */
export function holdTimes(
  decisions: readonly DecisionView[],
  endedAt: number,
  sinceStart: SinceStart,
): readonly HoldTimes[] {
  return decisions.flatMap(({ action, at, reason }, index) =>
    action === 'hold'
      ? [{ fromMs: sinceStart(at), toMs: sinceStart(decisions[index + 1]?.at ?? endedAt), reason }]
      : [],
  );
}

/** The decision to roll back, as opposed to its completion; undefined when there was none. */
export function rollbackDecision(decisions: readonly DecisionView[]): DecisionView | undefined {
  return decisions.find(({ to, from }) => to === 'rolling_back' && from !== 'rolling_back');
}
