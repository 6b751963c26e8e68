import type { UnitTick } from './units/unit-tick.ts';

/** What a unit did on the new side in the current step, from its first failure on. */
export type FailingUnit = readonly [row: number, requests: number, failed: number];

/** What units did in the step before they were sent back alone: no figure shows it as the new side's. */
export interface SentBack {
  readonly units: readonly string[];
  readonly requests: number;
  readonly failed: number;
}

/** Of the canary of a step: its units with a failure, and those of them that went back alone. */
export interface Failing {
  readonly failing: readonly FailingUnit[];
  readonly sentBack: SentBack;
}

export const nobodySentBack: SentBack = { units: [], requests: 0, failed: 0 };

/** The units that have failed on the new side in the step, after a tick. */
export function countFailing(
  before: readonly FailingUnit[],
  { newRequests, newFailed }: Pick<UnitTick, 'newRequests' | 'newFailed'>,
): readonly FailingUnit[] {
  const isKnown = new Uint8Array(newFailed.length);
  const after = before.slice();
  let at = 0;
  for (const unit of before) {
    const row = unit[0];
    const made = newRequests[row] ?? 0;
    isKnown[row] = 1;
    if (made > 0) after[at] = [row, unit[1] + made, unit[2] + (newFailed[row] ?? 0)];
    at += 1;
  }
  for (let row = 0; row < newFailed.length; row += 1) {
    const failed = newFailed[row] ?? 0;
    if (failed > 0 && isKnown[row] === 0) after.push([row, newRequests[row] ?? 0, failed]);
  }
  return after;
}

/** The step when these units, by row, are on their way back alone. */
export function leaveOutOfStep<Step extends Failing>(
  step: Step,
  units: ReadonlyMap<number, string>,
): Step {
  const gone = step.failing.filter(([row]) => units.has(row));
  const sentBack = gone.reduce(
    ({ units: names, requests, failed }, [row, made, bad]): SentBack => ({
      units: [...names, units.get(row) ?? ''],
      requests: requests + made,
      failed: failed + bad,
    }),
    step.sentBack,
  );
  return { ...step, sentBack, failing: step.failing.filter(([row]) => !units.has(row)) };
}
