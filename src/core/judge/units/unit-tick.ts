import { zeros } from '../../statistics/column.ts';
import type { EvidenceTick } from '../evidence-tick.ts';
import { joinSides, type SideColumns, sideColumns } from './side-columns.ts';
import { type ByKind, type StreamKind, streamKinds, type SummedColumns } from './unit-columns.ts';
import { rowsOf } from './unit-rows.ts';
import type { UnitTable, VoteWindow } from './unit-table.ts';
import { castVotes, type SideVotes } from './votes.ts';

/** One tick by columns: of all operations together, and by kind. */
export interface UnitTick extends SummedColumns {
  readonly names: readonly string[];
  readonly at: number;
  readonly seconds: number;
  readonly kinds: ByKind<SummedColumns>;
  readonly window: VoteWindow;
}

type Raw = Record<'newRequests' | 'newFailed' | 'oldRequests' | 'oldFailed', number[]>;

function noRaw(length: number): Raw {
  return {
    newRequests: zeros(length),
    newFailed: zeros(length),
    oldRequests: zeros(length),
    oldFailed: zeros(length),
  };
}

/** Requests and failures of the tick's units, by kind. */
function countByKind(tick: EvidenceTick, rows: Int32Array, length: number): ByKind<Raw> {
  const kinds: Partial<Record<StreamKind, Raw>> = {};
  for (let at = 0; at < rows.length; at += 1) {
    const row = rows[at] ?? -1;
    const counts = tick.units[at];
    if (row === -1 || counts === undefined) continue;
    const raw = (kinds[counts.operation ?? 'unnamed'] ??= noRaw(length));
    const isNew = counts.cohort === 'canary';
    const requests = isNew ? raw.newRequests : raw.oldRequests;
    const failed = isNew ? raw.newFailed : raw.oldFailed;
    requests[row] = (requests[row] ?? 0) + counts.requests;
    failed[row] = (failed[row] ?? 0) + counts.failed;
  }
  return kinds;
}

/** Both sides of a tick: all operations, or those of one kind. */
interface Sides {
  readonly canary: SideColumns;
  readonly baseline: SideColumns;
}

/** The counts of one kind with their exposures. */
function sidesOf(table: UnitTable, kind: StreamKind, raw: Raw): Sides {
  return {
    canary: sideColumns(table, kind, raw.newRequests, raw.newFailed),
    baseline: sideColumns(table, kind, raw.oldRequests, raw.oldFailed),
  };
}

function joinKinds(kinds: readonly Sides[], length: number): Sides {
  const [only, ...others] = kinds;
  if (only !== undefined && others.length === 0) return only;
  return {
    canary: joinSides(
      kinds.map(({ canary }) => canary),
      length,
    ),
    baseline: joinSides(
      kinds.map(({ baseline }) => baseline),
      length,
    ),
  };
}

/** Votes of one kind: a unit's are shared out among the kinds as its failures are. */
function shareOf(part: SideColumns, whole: SideColumns, { now: counted }: SideVotes): SideVotes {
  const now = zeros(counted.length);
  let sum = 0;
  for (let at = 0; at < part.rows.length; at += 1) {
    const row = part.rows[at] ?? 0;
    const bad = part.failed[row] ?? 0;
    if (bad === 0) continue;
    const share = (bad * (counted[row] ?? 0)) / (whole.failed[row] ?? bad);
    now[row] = share;
    sum += share;
  }
  return { now, sum };
}

/** The columns of both sides beside each other. */
function columnsOf(
  { canary, baseline }: Sides,
  newVotes: SideVotes,
  oldVotes: SideVotes,
): SummedColumns {
  return {
    newRequests: canary.requests,
    newFailed: canary.failed,
    oldRequests: baseline.requests,
    oldFailed: baseline.failed,
    newExposures: canary.exposures,
    oldExposures: baseline.exposures,
    newVotes: newVotes.now,
    oldVotes: oldVotes.now,
    newRows: canary.rows,
    oldRows: baseline.rows,
    sums: {
      newRequests: canary.sums.requests,
      newFailed: canary.sums.failed,
      oldRequests: baseline.sums.requests,
      oldFailed: baseline.sums.failed,
      newExposures: canary.sums.exposures,
      oldExposures: baseline.sums.exposures,
      newVotes: newVotes.sum,
      oldVotes: oldVotes.sum,
    },
  };
}

/** Reads a tick into columns. Units in `leftOut` are on neither side. */
export function readUnits(
  table: UnitTable,
  tick: EvidenceTick,
  leftOut: ReadonlySet<string>,
): UnitTick {
  const { names, rows } = rowsOf(table, tick, leftOut);
  const { at, seconds } = tick;
  const counted = countByKind(tick, rows, names.length);
  const kinds = streamKinds.flatMap((kind): readonly (readonly [StreamKind, Sides])[] => {
    const raw = counted[kind];
    return raw === undefined ? [] : [[kind, sidesOf(table, kind, raw)]];
  });
  const all = joinKinds(
    kinds.map(([, sides]) => sides),
    names.length,
  );
  const { canary, baseline, window } = castVotes(table.window, tick, all.canary, all.baseline);
  const whole = columnsOf(all, canary, baseline);
  const byKind = kinds.map(([kind, sides]): readonly [StreamKind, SummedColumns] => {
    // Where there is one kind only, its columns are those of all.
    if (sides === all) return [kind, whole];
    const newVotes = shareOf(sides.canary, all.canary, canary);
    return [kind, columnsOf(sides, newVotes, shareOf(sides.baseline, all.baseline, baseline))];
  });
  return { names, at, seconds, window, ...whole, kinds: Object.fromEntries(byKind) };
}
