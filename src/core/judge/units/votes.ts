import { widened, zeros } from '../../statistics/column.ts';
import { nearest } from '../../statistics/nearest.ts';
import { mostVotes } from '../../statistics/fair-votes.ts';
import type { SideColumns } from './side-columns.ts';
import { noWindow, type VoteWindow } from './unit-table.ts';

/** Failures that count, by row, and what they come to. */
export interface SideVotes {
  readonly now: readonly number[];
  readonly sum: number;
}

/** What counts of both cohorts' failures, and the window after it. */
export interface Votes {
  readonly canary: SideVotes;
  readonly baseline: SideVotes;
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
interface Cast extends SideVotes {
  readonly votes: readonly number[];
  readonly expected: readonly number[];
}

function cast(
  { rows, failed, exposures, sums }: SideColumns,
  before: Pick<Cast, 'votes' | 'expected'>,
  { pooled, windows }: { readonly pooled: number; readonly windows: number },
): Cast {
  const now = zeros(failed.length);
  // In a window of its own, a tick's votes are all there are.
  const votes = before.votes.length === 0 ? now : widened(before.votes, failed.length);
  const expected = widened(before.expected, failed.length);
  let sum = 0;
  for (let at = 0; at < rows.length; at += 1) {
    const row = rows[at] ?? 0;
    const bad = failed[row] ?? 0;
    const exposed = exposures[row] ?? 0;
    const others = rateOf(sums.failed - bad, sums.exposures - exposed);
    const usual = (expected[row] ?? 0) + exposed * Math.max(pooled, others);
    expected[row] = nearest(usual * 1e4) / 1e4;
    if (bad === 0) continue;
    const known = votes[row] ?? 0;
    const counted = countedOf(bad, known, usual, windows);
    now[row] = counted;
    votes[row] = known + counted;
    sum += counted;
  }
  return { now, sum, votes, expected };
}

/**
 * Which failures of a tick count. What is usual for a unit is what its exposures come to at the present
 * rate of all units, or of the other units of its cohort where that is higher: if all of a cohort
 * fails, nobody is cut short.
 */
export function castVotes(
  before: VoteWindow,
  { at, seconds }: { readonly at: number; readonly seconds: number },
  canary: SideColumns,
  baseline: SideColumns,
): Votes {
  const id = Math.floor(at / windowMs);
  // A tick may be longer than a window; then it is as if it were several.
  const windows = Math.max(1, (1000 * seconds) / windowMs);
  const open = before.id === id ? before : noWindow;
  const pooled = rateOf(
    canary.sums.failed + baseline.sums.failed,
    canary.sums.exposures + baseline.sums.exposures,
  );
  const weighing = { pooled, windows };
  const ofCanary = cast(canary, { votes: open.newVotes, expected: open.newExpected }, weighing);
  const ofBaseline = cast(baseline, { votes: open.oldVotes, expected: open.oldExpected }, weighing);
  return {
    canary: ofCanary,
    baseline: ofBaseline,
    window: {
      id,
      newVotes: ofCanary.votes,
      newExpected: ofCanary.expected,
      oldVotes: ofBaseline.votes,
      oldExpected: ofBaseline.expected,
    },
  };
}
