import {
  addWindow,
  type GroupScatter,
  groupDispersion,
  slowDrift,
} from '../../statistics/group-scatter.ts';
import { relativeRates } from '../../statistics/relative-rates.ts';
import {
  emptyWindow,
  groups,
  noPast,
  type OpenWindow,
  type UnitKnowledge,
  type UnitPast,
  sum,
  zeros,
} from './unit-table.ts';
import type { UnitTick } from './unit-tick.ts';

/** Adds a tick's groups to an open window, and the window to its sums once it is `length` s long. */
function grow(
  open: OpenWindow,
  sums: GroupScatter,
  tick: OpenWindow,
  length: number,
): { readonly open: OpenWindow; readonly sums: GroupScatter } {
  const grown = {
    seconds: open.seconds + tick.seconds,
    counted: open.counted.map((sum, g) => sum + (tick.counted[g] ?? 0)),
    expected: open.expected.map((sum, g) => sum + (tick.expected[g] ?? 0)),
  };
  return grown.seconds < length
    ? { open: grown, sums }
    : { open: emptyWindow, sums: addWindow(sums, grown.counted, grown.expected) };
}

/** A tick's failures that counted and those that were usual at its rate, by group. */
function groupsOf(tick: UnitTick, rate: number): OpenWindow {
  const [counted, expected] = [zeros(groups), zeros(groups)];
  for (const [row, requests] of tick.oldRequests.entries()) {
    const group = row % groups;
    counted[group] = (counted[group] ?? 0) + (tick.oldVotes[row] ?? 0);
    expected[group] = (expected[group] ?? 0) + requests * rate;
  }
  return { seconds: tick.seconds, counted, expected };
}

/**
 * The past after a tick of the old side alone; `badMinutes` are those of a minute that has just
 * ended, if one has.
 */
export function growPast(
  past: UnitPast,
  tick: UnitTick,
  badMinutes: readonly number[] | null,
): UnitPast {
  const requests = sum(tick.oldRequests);
  const rate = requests === 0 ? 0 : sum(tick.oldVotes) / requests;
  const window = groupsOf(tick, rate);
  const minute = grow(past.openMinute, past.byMinute, window, 60);
  const fiveMinutes = grow(past.openFiveMinutes, past.byFiveMinutes, window, 300);
  return {
    requests: added(past.requests, tick.oldRequests),
    counted: added(past.counted, tick.oldVotes),
    expected: added(past.expected, tick.oldRequests, rate),
    badMinutes: badMinutes === null ? past.badMinutes : added(past.badMinutes, badMinutes),
    minutes: past.minutes + (badMinutes === null ? 0 : 1),
    byTick: addWindow(past.byTick, window.counted, window.expected),
    byMinute: minute.sums,
    byFiveMinutes: fiveMinutes.sums,
    openMinute: minute.open,
    openFiveMinutes: fiveMinutes.open,
  };
}

/** A column after `factor` times what a tick adds to it. */
function added(before: readonly number[], now: readonly number[], factor = 1): number[] {
  const grown: number[] = [];
  for (let row = 0; row < now.length; row += 1) {
    grown.push((before[row] ?? 0) + factor * (now[row] ?? 0));
  }
  return grown;
}

/** Digits that a relative rate deserves; they are kept for every unit. */
function short(value: number): number {
  return Math.round(value * 1e5) / 1e5;
}

/** Variance of one unit's drift, from that of a group of units: a group averages its units' out. */
function unitDrift(past: UnitPast): number {
  const group = slowDrift(past.byMinute, past.byFiveMinutes);
  const whole = zeros(groups);
  const squares = zeros(groups);
  for (const [row, requests] of past.requests.entries()) {
    whole[row % groups] = (whole[row % groups] ?? 0) + requests;
    squares[row % groups] = (squares[row % groups] ?? 0) + requests * requests;
  }
  const concentrations = whole.flatMap((sum, g) =>
    sum === 0 ? [] : (squares[g] ?? 0) / (sum * sum),
  );
  if (concentrations.length === 0) return 0;
  const mean = concentrations.reduce((sum, one) => sum + one, 0) / concentrations.length;
  return Math.min(1, group / mean);
}

/** What the past teaches, once nobody's past grows any more; the past itself may then be forgotten. */
export function closePast(past: UnitPast): {
  readonly past: UnitPast;
  readonly known: UnitKnowledge;
} {
  const dispersion = Math.max(
    1,
    groupDispersion(past.byTick) ?? 1,
    groupDispersion(past.byMinute) ?? 1,
  );
  const { relative, variance, spread } = relativeRates(past.counted, past.expected, dispersion);
  const requests = past.requests.reduce((sum, one) => sum + one, 0);
  const failed = past.counted.reduce((sum, one) => sum + one, 0);
  const minutes = Math.max(1, past.minutes);
  return {
    past: { ...noPast, requests: past.requests },
    known: {
      relative: relative.map(short),
      variance: variance.map(short),
      spread,
      drift: unitDrift(past),
      dispersion,
      rate: requests === 0 ? 0 : failed / requests,
      badMinutes: past.badMinutes,
      requestsPerMinute: past.requests.map((made) => short(made / minutes)),
      minutes: past.minutes,
    },
  };
}
