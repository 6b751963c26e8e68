import { spreadOf, type Spread } from '../report.ts';
import type { Cell } from './cells.ts';
import type { Contender, Outcomes } from './contenders.ts';
import type { Outcome } from './ledger.ts';
import { liveSeconds } from './timeline.ts';

/** What one contender did in one cell, over all rollouts. */
export interface Summary {
  readonly rollouts: number;
  /**
   * In %: rolled back; with any alarm; with a unit sent back, and the right one first; warned of
   * the old side; proven by the end. The right one is the one that the fault is about.
   */
  readonly rolledBack: number;
  readonly alarmed: number;
  readonly sentBack: number;
  readonly rightUnit: number;
  readonly warned: number;
  readonly proven: number;
  /** Seconds from the onset to the first alarm, and to the rollback; without one the time to the end. */
  readonly delay: Spread;
  readonly rollbackDelay: Spread;
  /** Means over the rollouts; information over those with an alarm, null without any. */
  readonly extraErrors: number;
  readonly information: number | null;
}

function percent(outcomes: readonly Outcome[], test: (outcome: Outcome) => boolean): number {
  return (100 * outcomes.filter(test).length) / outcomes.length;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** When harm was first said, of the new side or of the old one. */
function firstAlarm({ alarmAt, warnedAt }: Outcome): number | null {
  if (alarmAt === null || warnedAt === null) return alarmAt ?? warnedAt;
  return Math.min(alarmAt, warnedAt);
}

/** The figures of one contender in one cell; null where it does not take part. */
export function summarise(
  cell: Cell,
  all: readonly Outcomes[],
  contender: Contender,
): Summary | null {
  const outcomes = all.flatMap((each) => each[contender] ?? []);
  if (outcomes.length === 0) return null;
  const onset = cell.fault?.onset ?? 0;
  const since = (at: number | null): number => (at ?? liveSeconds) - onset;
  const used = outcomes.flatMap(({ information }) => (information === null ? [] : [information]));
  return {
    rollouts: outcomes.length,
    rolledBack: percent(outcomes, ({ rollbackAt }) => rollbackAt !== null),
    alarmed: percent(outcomes, (outcome) => firstAlarm(outcome) !== null),
    sentBack: percent(outcomes, ({ sentBack }) => sentBack.length > 0),
    rightUnit: percent(outcomes, ({ sentBack, culprit }) => sentBack[0] === culprit),
    warned: percent(outcomes, ({ warnedAt }) => warnedAt !== null),
    proven: percent(outcomes, ({ provenAt }) => provenAt !== null),
    delay: spreadOf(outcomes.map((outcome) => since(firstAlarm(outcome)))),
    rollbackDelay: spreadOf(outcomes.map(({ rollbackAt }) => since(rollbackAt))),
    extraErrors: mean(outcomes.map(({ extraErrors }) => extraErrors)),
    information: used.length === 0 ? null : mean(used),
  };
}
