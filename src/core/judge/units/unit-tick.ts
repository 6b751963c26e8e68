import type { EvidenceTick } from '../evidence-tick.ts';
import { mostVotes } from '../../statistics/fair-votes.ts';
import {
  indexOf,
  noWindow,
  rowOf,
  type UnitTable,
  type VoteWindow,
  withNames,
  zeros,
} from './unit-table.ts';

/** One tick by columns, rows as in `names`. */
export interface UnitTick {
  readonly names: readonly string[];
  readonly at: number;
  readonly seconds: number;
  readonly newRequests: readonly number[];
  readonly newFailed: readonly number[];
  readonly oldRequests: readonly number[];
  readonly oldFailed: readonly number[];
  /** Failures that count, after no unit may have more than its share of them. */
  readonly newVotes: readonly number[];
  readonly oldVotes: readonly number[];
  readonly window: VoteWindow;
}

/** Failures of one unit are weighed together over so long. Milliseconds. */
const windowMs = 5_000;

/** What one unit may weigh: its votes so far in this window, and what would be usual. */
function countedOf(failed: number, before: number, expected: number, windows: number): number {
  return Math.max(0, Math.min(failed, windows * mostVotes(expected / windows) - before));
}

/** Rows of a tick's units, aligned with them; -1 for a unit that is left out or made no request. */
function rowsOf(
  table: UnitTable,
  tick: EvidenceTick,
  leftOut: ReadonlySet<string>,
): { readonly names: readonly string[]; readonly rows: Int32Array } {
  const isCounted = (at: number): boolean => {
    const counts = tick.units[at];
    return counts !== undefined && counts.requests > 0 && !leftOut.has(counts.unit);
  };
  const rows = new Int32Array(tick.units.length);
  const find = (names: readonly string[]): boolean => {
    const index = indexOf(names);
    let complete = true;
    for (let at = 0; at < rows.length; at += 1) {
      const row = isCounted(at) ? rowOf(index, tick.units[at]?.unit ?? '') : -1;
      if (row === -1 && isCounted(at)) complete = false;
      rows[at] = row;
    }
    return complete;
  };
  if (find(table.names)) return { names: table.names, rows };
  const counted = tick.units.filter((_, at) => isCounted(at));
  const names = withNames(
    table.names,
    counted.map(({ unit }) => unit),
  );
  find(names);
  return { names, rows };
}

/**
 * Reads a tick into columns. Units in `leftOut` are on neither side. What is usual for a unit is what
 * its requests come to, by its relative rate, at the present rate of all units, or of the other units
 * of its cohort where that is higher: if all of a cohort fails, nobody is cut short.
 */
export function readUnits(
  table: UnitTable,
  tick: EvidenceTick,
  leftOut: ReadonlySet<string>,
): UnitTick {
  const { names, rows } = rowsOf(table, tick, leftOut);
  const canary = { requests: zeros(names.length), failed: zeros(names.length) };
  const baseline = { requests: zeros(names.length), failed: zeros(names.length) };
  let at = 0;
  for (const { cohort, requests, failed } of tick.units) {
    const row = rows[at] ?? -1;
    at += 1;
    if (row === -1) continue;
    const side = cohort === 'canary' ? canary : baseline;
    side.requests[row] = (side.requests[row] ?? 0) + requests;
    side.failed[row] = (side.failed[row] ?? 0) + failed;
  }
  const raw = {
    newRequests: canary.requests,
    newFailed: canary.failed,
    oldRequests: baseline.requests,
    oldFailed: baseline.failed,
  };
  return { names, at: tick.at, seconds: tick.seconds, ...raw, ...countVotes(table, tick, raw) };
}

type RawColumns = Pick<UnitTick, 'newRequests' | 'newFailed' | 'oldRequests' | 'oldFailed'>;

/** What a cohort did: requests weighted by the units' relative rates, and failures. */
interface CohortSum {
  readonly exposed: number;
  readonly failed: number;
}

function sumUp(
  relative: readonly number[],
  requests: readonly number[],
  failed: readonly number[],
): CohortSum {
  let [exposed, bad] = [0, 0];
  for (let row = 0; row < requests.length; row += 1) {
    exposed += (requests[row] ?? 0) * (relative[row] ?? 1);
    bad += failed[row] ?? 0;
  }
  return { exposed, failed: bad };
}

function rateOf({ exposed, failed }: CohortSum): number {
  return exposed <= 0 ? 0 : failed / exposed;
}

function countVotes(
  { window, known }: UnitTable,
  { at, seconds }: EvidenceTick,
  raw: RawColumns,
): Pick<UnitTick, 'newVotes' | 'oldVotes' | 'window'> {
  const id = Math.floor(at / windowMs);
  // A tick may be longer than a window; then it is as if it were several.
  const windows = Math.max(1, (1000 * seconds) / windowMs);
  const open = window.id === id ? window : noWindow;
  const relative = known?.relative ?? [];
  const newSum = sumUp(relative, raw.newRequests, raw.newFailed);
  const oldSum = sumUp(relative, raw.oldRequests, raw.oldFailed);
  const pooled = rateOf({
    exposed: newSum.exposed + oldSum.exposed,
    failed: newSum.failed + oldSum.failed,
  });
  const cast = (
    all: readonly number[],
    bad: readonly number[],
    cohort: CohortSum,
    before: { readonly votes: readonly number[]; readonly expected: readonly number[] },
  ): { now: number[]; votes: number[]; expected: number[] } => {
    const now: number[] = [];
    const votes: number[] = [];
    const expected: number[] = [];
    for (let row = 0; row < all.length; row += 1) {
      const exposed = (all[row] ?? 0) * (relative[row] ?? 1);
      const failed = bad[row] ?? 0;
      const others = { exposed: cohort.exposed - exposed, failed: cohort.failed - failed };
      const usual = (before.expected[row] ?? 0) + exposed * Math.max(pooled, rateOf(others));
      const cast = before.votes[row] ?? 0;
      const vote = failed === 0 ? 0 : countedOf(failed, cast, usual, windows);
      now.push(vote);
      votes.push(cast + vote);
      expected.push(Math.round(usual * 1e4) / 1e4);
    }
    return { now, votes, expected };
  };
  const { newVotes, newExpected, oldVotes, oldExpected } = open;
  const canary = cast(raw.newRequests, raw.newFailed, newSum, {
    votes: newVotes,
    expected: newExpected,
  });
  const baseline = cast(raw.oldRequests, raw.oldFailed, oldSum, {
    votes: oldVotes,
    expected: oldExpected,
  });
  return {
    newVotes: canary.now,
    oldVotes: baseline.now,
    window: {
      id,
      newVotes: canary.votes,
      newExpected: canary.expected,
      oldVotes: baseline.votes,
      oldExpected: baseline.expected,
    },
  };
}
