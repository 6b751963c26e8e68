import { murmur3 } from '../../cohort/murmur3.ts';
import { zeros } from '../../statistics/column.ts';
import { remembered } from '../../statistics/remembered.ts';
import { bucketUnit } from '../../protocol/shared-units.ts';
import { type DecayedScatter, noDecayedScatter } from '../../statistics/decayed-scatter.ts';
import { type GroupScatter, noScatter } from '../../statistics/group-scatter.ts';
import { type ByKind, type StreamKind } from './unit-columns.ts';

/** Units known by name; the others share so many rows, by hash. */
export const mostUnits = 10_000;
const sharedRows = 64;

/** Units are dealt into so many groups to see how much failures scatter before the first exposure. */
export const groups = 10;

/** Sums per group over a window that has not ended. */
export interface OpenWindow {
  readonly seconds: number;
  readonly counted: readonly number[];
  readonly expected: readonly number[];
}

/** All units' operations of one kind: failures that counted, and those usual at the rate of all kinds. */
export interface KindPast {
  readonly counted: number;
  readonly expected: number;
}

/** The old side before the first exposure, unit by unit; rows as in `UnitTable.names`. */
export interface UnitPast {
  readonly requests: readonly number[];
  /**
   * Failures that counted, those that were usual for the unit's requests of each kind, minutes with a
   * failure.
   */
  readonly counted: readonly number[];
  readonly expected: readonly number[];
  readonly badMinutes: readonly number[];
  readonly minutes: number;
  readonly kinds: ByKind<KindPast>;
  readonly byTick: GroupScatter;
  readonly byMinute: GroupScatter;
  readonly byFiveMinutes: GroupScatter;
  readonly openMinute: OpenWindow;
  readonly openFiveMinutes: OpenWindow;
}

/** What the past has taught, fixed at the first exposure. */
export interface UnitKnowledge {
  /** Relative rates of failures and their variances; units without a past have 1 and `spread`. */
  readonly relative: readonly number[];
  readonly variance: readonly number[];
  readonly spread: number;
  /** Failures per request of each kind, relative to those of all; a kind without a past has 1. */
  readonly kindRates: ByKind<number>;
  /** Variance of a unit's relative rate over time. */
  readonly drift: number;
  /** How much more than independent failures they scattered; at least 1. */
  readonly dispersion: number;
  /** Failures per request. */
  readonly rate: number;
  /** Minutes that were bad for a unit (see `bad-minute.ts`), and its requests per minute. */
  readonly badMinutes: readonly number[];
  readonly requestsPerMinute: readonly number[];
  readonly minutes: number;
}

/** Votes of the last seconds, so that no unit speaks for more than one. */
export interface VoteWindow {
  /** Number of the window: epoch milliseconds over its length. */
  readonly id: number;
  readonly newVotes: readonly number[];
  readonly newExpected: readonly number[];
  readonly oldVotes: readonly number[];
  readonly oldExpected: readonly number[];
}

/** The minute that has not ended: requests, and how many of them failed. */
export interface OpenMinute {
  readonly seconds: number;
  readonly newRequests: readonly number[];
  readonly newFailed: readonly number[];
  readonly oldRequests: readonly number[];
  readonly oldFailed: readonly number[];
}

/**
 * All units by columns: the unit `names[row]` has its numbers at the same place of every column; a
 * column may be shorter, what is missing is 0.
 */
export interface UnitTable {
  readonly names: readonly string[];
  /** Requests, with a half-life of ten minutes. */
  readonly flow: readonly number[];
  /** Side that the unit was last seen on: 0 none, 1 old, 2 new. */
  readonly side: readonly number[];
  /** Requests and failures on the new side, with a half-life of two minutes. */
  readonly recentRequests: readonly number[];
  readonly recentFailed: readonly number[];
  readonly past: UnitPast;
  readonly known: UnitKnowledge | null;
  readonly window: VoteWindow;
  readonly minute: OpenMinute;
  /** The old cohort's failures, lately and for longer. */
  readonly fast: DecayedScatter;
  readonly slow: DecayedScatter;
}

export const noWindow: VoteWindow = {
  id: -1,
  newVotes: [],
  newExpected: [],
  oldVotes: [],
  oldExpected: [],
};

export const noMinute: OpenMinute = {
  seconds: 0,
  newRequests: [],
  newFailed: [],
  oldRequests: [],
  oldFailed: [],
};

const noGroups: readonly number[] = Array.from({ length: groups }, () => 0);
export const emptyWindow: OpenWindow = { seconds: 0, counted: noGroups, expected: noGroups };

export const noPast: UnitPast = {
  requests: [],
  counted: [],
  expected: [],
  badMinutes: [],
  minutes: 0,
  kinds: {},
  byTick: noScatter(groups),
  byMinute: noScatter(groups),
  byFiveMinutes: noScatter(groups),
  openMinute: emptyWindow,
  openFiveMinutes: emptyWindow,
};

export const noUnits: UnitTable = {
  names: [],
  flow: [],
  side: [],
  recentRequests: [],
  recentFailed: [],
  past: noPast,
  known: null,
  window: noWindow,
  minute: noMinute,
  fast: noDecayedScatter,
  slow: noDecayedScatter,
};

/** Rows by name. */
export const indexOf = remembered((names: readonly string[]): ReadonlyMap<string, number> => {
  return new Map(names.map((name, row) => [name, row]));
});

/** A name that was not known, or the shared one where too many are; null when that is known too. */
function freshName(index: ReadonlyMap<string, number>, unit: string): string | null {
  if (index.size < mostUnits) return unit;
  const shared = bucketUnit(murmur3(unit) % sharedRows);
  return index.has(shared) ? null : shared;
}

/** The names with those of `units` that are new: last, and in an order of their own. */
export function withNames(names: readonly string[], units: readonly string[]): readonly string[] {
  const index = new Map(indexOf(names));
  for (const unit of units.toSorted()) {
    const name = index.has(unit) ? null : freshName(index, unit);
    if (name !== null) index.set(name, index.size);
  }
  return index.size === names.length ? names : [...index.keys()];
}

/** The row of a unit; -1 when it has none. */
export function rowOf(index: ReadonlyMap<string, number>, unit: string): number {
  const row = index.get(unit);
  if (row !== undefined || index.size < mostUnits) return row ?? -1;
  return index.get(bucketUnit(murmur3(unit) % sharedRows)) ?? -1;
}

/** Units that made a request before the first exposure. */
export function activeRows({ past }: UnitTable): number {
  return howManyActive(past.requests);
}

const howManyActive = remembered((requests: readonly number[]): number => {
  let active = 0;
  for (const made of requests) if (made > 0) active += 1;
  return active;
});

/** What a request of a kind weighs for the unit of a row: how often such ones failed in the past; 1 is usual. */
export function exposureOf({ known }: UnitTable, row: number, kind: StreamKind): number {
  return (known?.relative[row] ?? 1) * (known?.kindRates[kind] ?? 1);
}

/** The requests of a kind with what each of them weighs; only `rows` made any. */
export function exposuresOf(
  { known }: UnitTable,
  kind: StreamKind,
  requests: readonly number[],
  rows: Int32Array,
): readonly number[] {
  if (known === null) return requests;
  const { relative, kindRates } = known;
  const often = kindRates[kind] ?? 1;
  const exposures = zeros(requests.length);
  for (let at = 0; at < rows.length; at += 1) {
    const row = rows[at] ?? 0;
    exposures[row] = (requests[row] ?? 0) * ((relative[row] ?? 1) * often);
  }
  return exposures;
}
