import { sum } from '../../statistics/column.ts';
import { mostVotes } from '../../statistics/fair-votes.ts';

import { noWindow, type VoteWindow } from './unit-table.ts';

/** What a cohort's units did in a tick, by columns. */
export interface CastColumns {
  readonly failed: readonly number[];
  readonly exposures: readonly number[];
}

/** Failures that count, by row. */
export interface Votes {
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

/** Failures per exposure. */
function rateOf(failed: number, exposed: number): number {
  return exposed <= 0 ? 0 : failed / exposed;
}

/** One cohort's votes in a tick, and the window's after it. */
interface Cast {
  readonly now: readonly number[];
  readonly votes: readonly number[];
  readonly expected: readonly number[];
}

function cast(
  { failed, exposures }: CastColumns,
  before: Pick<Cast, 'votes' | 'expected'>,
  { pooled, windows }: { readonly pooled: number; readonly windows: number },
): Cast {
  const [allFailed, allExposed] = [sum(failed), sum(exposures)];
  const [now, votes, expected]: [number[], number[], number[]] = [[], [], []];
  for (let row = 0; row < failed.length; row += 1) {
    const [bad, exposed, known] = [failed[row] ?? 0, exposures[row] ?? 0, before.votes[row] ?? 0];
    const others = rateOf(allFailed - bad, allExposed - exposed);
    const usual = (before.expected[row] ?? 0) + exposed * Math.max(pooled, others);
    const vote = bad === 0 ? 0 : countedOf(bad, known, usual, windows);
    now.push(vote);
    votes.push(known + vote);
    expected.push(Math.round(usual * 1e4) / 1e4);
  }
  return { now, votes, expected };
}

/**
 * Which failures of a tick count. What is usual for a unit is what its exposures come to at the present
 * rate of all units, or of the other units of its cohort where that is higher: if all of a cohort
 * fails, nobody is cut short.
 */
export function castVotes(
  before: VoteWindow,
  { at, seconds }: { readonly at: number; readonly seconds: number },
  canary: CastColumns,
  baseline: CastColumns,
): Votes {
  const id = Math.floor(at / windowMs);
  // A tick may be longer than a window; then it is as if it were several.
  const windows = Math.max(1, (1000 * seconds) / windowMs);
  const open = before.id === id ? before : noWindow;
  const pooled = rateOf(
    sum(canary.failed) + sum(baseline.failed),
    sum(canary.exposures) + sum(baseline.exposures),
  );
  const { newVotes, newExpected, oldVotes, oldExpected } = open;
  const rates = { pooled, windows };
  const ofCanary = cast(canary, { votes: newVotes, expected: newExpected }, rates);
  const ofBaseline = cast(baseline, { votes: oldVotes, expected: oldExpected }, rates);
  return {
    newVotes: ofCanary.now,
    oldVotes: ofBaseline.now,
    window: {
      id,
      newVotes: ofCanary.votes,
      newExpected: ofCanary.expected,
      oldVotes: ofBaseline.votes,
      oldExpected: ofBaseline.expected,
    },
  };
}
