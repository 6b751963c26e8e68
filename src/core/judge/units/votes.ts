import { sum, widened, zeros } from '../../statistics/column.ts';
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

/** Rates that a cohort's votes are weighed by, and its sums. */
interface Weighing {
  /** Failures per exposure of both cohorts. */
  readonly pooled: number;
  readonly windows: number;
  readonly failed: number;
  readonly exposed: number;
}

function cast(
  { failed, exposures }: CastColumns,
  before: Pick<Cast, 'votes' | 'expected'>,
  { pooled, windows, failed: allFailed, exposed: allExposed }: Weighing,
): Cast {
  const now = zeros(failed.length);
  const votes = widened(before.votes, failed.length);
  const expected = widened(before.expected, failed.length);
  for (let row = 0; row < failed.length; row += 1) {
    const bad = failed[row] ?? 0;
    const exposed = exposures[row] ?? 0;
    if (bad === 0 && exposed === 0) continue;
    const others = rateOf(allFailed - bad, allExposed - exposed);
    const usual = (expected[row] ?? 0) + exposed * Math.max(pooled, others);
    expected[row] = Math.round(usual * 1e4) / 1e4;
    if (bad === 0) continue;
    const known = votes[row] ?? 0;
    now[row] = countedOf(bad, known, usual, windows);
    votes[row] = known + (now[row] ?? 0);
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
  const [newFailed, newExposed] = [sum(canary.failed), sum(canary.exposures)];
  const [oldFailed, oldExposed] = [sum(baseline.failed), sum(baseline.exposures)];
  const pooled = rateOf(newFailed + oldFailed, newExposed + oldExposed);
  const ofCanary = cast(
    canary,
    { votes: open.newVotes, expected: open.newExpected },
    { pooled, windows, failed: newFailed, exposed: newExposed },
  );
  const ofBaseline = cast(
    baseline,
    { votes: open.oldVotes, expected: open.oldExpected },
    { pooled, windows, failed: oldFailed, exposed: oldExposed },
  );
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
