import { both, sum, times, zeros } from '../../statistics/column.ts';
import {
  addWindow,
  type GroupScatter,
  groupDispersion,
  slowDrift,
} from '../../statistics/group-scatter.ts';
import { relativeRates } from '../../statistics/relative-rates.ts';
import {
  added,
  type ByKind,
  type StreamKind,
  streamKinds,
  type SummedColumns,
} from './unit-columns.ts';
import {
  emptyWindow,
  groups,
  type KindPast,
  noPast,
  type OpenWindow,
  type UnitKnowledge,
  type UnitPast,
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

/** A tick's failures that counted and those that were usual, by group. */
function groupsOf(tick: UnitTick, usual: readonly number[]): OpenWindow {
  const [counted, expected] = [zeros(groups), zeros(groups)];
  for (let row = 0; row < usual.length; row += 1) {
    const group = row % groups;
    counted[group] = (counted[group] ?? 0) + (tick.oldVotes[row] ?? 0);
    expected[group] = (expected[group] ?? 0) + (usual[row] ?? 0);
  }
  return { seconds: tick.seconds, counted, expected };
}

/** Failures per request. */
function rateOf({ sums }: SummedColumns): number {
  return sums.oldRequests === 0 ? 0 : sums.oldVotes / sums.oldRequests;
}

/**
 * Failures that are usual for each unit: for its requests of each kind, what all units' requests of that
 * kind came to. So a unit that writes more than others is not taken for one that fails more.
 */
function usualOf({ names, kinds }: UnitTick): readonly number[] {
  const columns = Object.values(kinds).map((one) => {
    const rate = rateOf(one);
    return times(one.oldRequests, rate);
  });
  return added(columns, names.length);
}

/** What is known of kinds, after a tick. */
function growKinds(before: ByKind<KindPast>, tick: UnitTick): ByKind<KindPast> {
  const grown: Partial<Record<StreamKind, KindPast>> = { ...before };
  const rate = rateOf(tick);
  for (const kind of streamKinds) {
    const columns = tick.kinds[kind];
    if (columns === undefined) continue;
    const { counted = 0, expected = 0 } = before[kind] ?? {};
    grown[kind] = {
      counted: counted + columns.sums.oldVotes,
      expected: expected + columns.sums.oldRequests * rate,
    };
  }
  return grown;
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
  const usual = usualOf(tick);
  const window = groupsOf(tick, usual);
  const minute = grow(past.openMinute, past.byMinute, window, 60);
  const fiveMinutes = grow(past.openFiveMinutes, past.byFiveMinutes, window, 300);
  return {
    requests: both(past.requests, tick.oldRequests),
    counted: both(past.counted, tick.oldVotes),
    expected: both(past.expected, usual),
    badMinutes: badMinutes === null ? past.badMinutes : both(past.badMinutes, badMinutes),
    minutes: past.minutes + (badMinutes === null ? 0 : 1),
    kinds: growKinds(past.kinds, tick),
    byTick: addWindow(past.byTick, window.counted, window.expected),
    byMinute: minute.sums,
    byFiveMinutes: fiveMinutes.sums,
    openMinute: minute.open,
    openFiveMinutes: fiveMinutes.open,
  };
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

/** How often requests of each kind failed, relative to all of them; drawn to 1 as units are. */
function kindRates(kinds: ByKind<KindPast>, dispersion: number): ByKind<number> {
  const known = streamKinds.flatMap((kind) => {
    const past = kinds[kind];
    return past === undefined ? [] : { kind, ...past };
  });
  const { relative } = relativeRates(
    known.map(({ counted }) => counted),
    known.map(({ expected }) => expected),
    dispersion,
  );
  return Object.fromEntries(known.map(({ kind }, index) => [kind, short(relative[index] ?? 1)]));
}

/** Failures that counted, per request. */
export function pastRate({ requests, counted }: UnitPast): number {
  const made = sum(requests);
  return made === 0 ? 0 : sum(counted) / made;
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
  const minutes = Math.max(1, past.minutes);
  return {
    past: { ...noPast, requests: past.requests },
    known: {
      relative: relative.map(short),
      variance: variance.map(short),
      spread,
      kindRates: kindRates(past.kinds, dispersion),
      drift: unitDrift(past),
      dispersion,
      rate: pastRate(past),
      badMinutes: past.badMinutes,
      requestsPerMinute: past.requests.map((made) => short(made / minutes)),
      minutes: past.minutes,
    },
  };
}
