import type { FleetFilter, FleetPage, FleetRow } from '../protocol/fleet-page.ts';

/** Which part of the fleet is wanted. */
export interface FleetQuery {
  readonly show: FleetFilter;
  /** Each word must be somewhere in what a row shows. */
  readonly search: string;
  readonly offset: number;
  readonly limit: number;
}

const kinds: Readonly<Record<FleetFilter, (row: FleetRow) => boolean>> = {
  all: () => true,
  attention: needsAttention,
  moving: (row) => row.endedAt === null && !needsAttention(row),
  over: ({ endedAt }) => endedAt !== null,
};

/** One page of the fleet. `rows` are all that the reader may see. */
export function fleetPage(
  rows: readonly FleetRow[],
  { show, search, offset, limit }: FleetQuery,
): Pick<FleetPage, 'rows' | 'counts' | 'found'> {
  const words = search
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  const fits = rows.filter((row) => kinds[show](row) && matches(row, words));
  return {
    rows: fits.toSorted(byUrgency).slice(offset, offset + limit),
    counts: {
      all: rows.length,
      attention: rows.filter(kinds.attention).length,
      moving: rows.filter(kinds.moving).length,
      over: rows.filter(kinds.over).length,
    },
    found: fits.length,
  };
}

/** Whether a person should look at it first: what stands still, or goes back. */
function needsAttention({ phase, hold }: Pick<FleetRow, 'phase' | 'hold'>): boolean {
  if (phase === 'running') return hold !== null;
  return phase === 'paused' || phase === 'rolling_back' || phase === 'frozen';
}

function matches(row: FleetRow, words: readonly string[]): boolean {
  if (words.length === 0) return true;
  const { policy, project, phase, stepName, hold, stop, rollback, lastDecision } = row;
  const reasons = [hold?.reason, stop?.reason, rollback?.cause, lastDecision?.reason];
  const text = [policy, project, phase, stepName, ...reasons].join(' ').toLowerCase();
  return words.every((word) => text.includes(word));
}

/** Frozen, rolling back, held or paused, moving, over; the newest of each first, and by name. */
function byUrgency(a: FleetRow, b: FleetRow): number {
  return (
    rank(a) - rank(b) ||
    (b.endedAt ?? b.startedAt) - (a.endedAt ?? a.startedAt) ||
    (a.policy < b.policy ? -1 : 1)
  );
}

function rank(row: FleetRow): number {
  if (row.phase === 'frozen') return 0;
  if (row.phase === 'rolling_back') return 1;
  if (needsAttention(row)) return 2;
  return row.endedAt === null ? 3 : 4;
}
