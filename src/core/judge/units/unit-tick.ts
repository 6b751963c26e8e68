import { zeros } from '../../statistics/column.ts';
import type { EvidenceTick } from '../evidence-tick.ts';
import {
  added,
  type ByKind,
  type StreamKind,
  streamKinds,
  summed,
  type SummedColumns,
  type UnitColumns,
} from './unit-columns.ts';
import { rowsOf } from './unit-rows.ts';
import { exposuresOf, type UnitTable, type VoteWindow } from './unit-table.ts';
import { castVotes, type Votes } from './votes.ts';

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

type Uncast = Omit<UnitColumns, 'newVotes' | 'oldVotes'>;

/** The counts of one kind with their exposures. */
function exposed(table: UnitTable, kind: StreamKind, raw: Raw): Uncast {
  const { newRequests, oldRequests } = raw;
  return {
    ...raw,
    newExposures: exposuresOf(table, kind, newRequests),
    oldExposures: exposuresOf(table, kind, oldRequests),
  };
}

function addKinds(columns: readonly Uncast[], length: number): Uncast {
  const [only, ...others] = columns;
  if (only !== undefined && others.length === 0) return only;
  const of = (column: keyof Uncast): readonly number[] =>
    added(
      columns.map((one) => one[column]),
      length,
    );
  return {
    newRequests: columns.length === 0 ? zeros(length) : of('newRequests'),
    newFailed: of('newFailed'),
    newExposures: of('newExposures'),
    oldRequests: of('oldRequests'),
    oldFailed: of('oldFailed'),
    oldExposures: of('oldExposures'),
  };
}

/** Votes of one kind: a unit's are shared out among the kinds as its failures are. */
function shareOf(
  part: readonly number[],
  whole: readonly number[],
  counted: readonly number[],
): readonly number[] {
  if (part === whole) return counted;
  const share = zeros(part.length);
  for (let row = 0; row < part.length; row += 1) {
    const bad = part[row] ?? 0;
    if (bad > 0) share[row] = (bad * (counted[row] ?? 0)) / (whole[row] ?? bad);
  }
  return share;
}

function castByKind(one: Uncast, all: Uncast, votes: Votes): UnitColumns {
  return {
    ...one,
    newVotes: shareOf(one.newFailed, all.newFailed, votes.newVotes),
    oldVotes: shareOf(one.oldFailed, all.oldFailed, votes.oldVotes),
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
  const kinds = streamKinds.flatMap((kind): readonly (readonly [StreamKind, Uncast])[] => {
    const raw = counted[kind];
    return raw === undefined ? [] : [[kind, exposed(table, kind, raw)]];
  });
  const all = addKinds(
    kinds.map(([, columns]) => columns),
    names.length,
  );
  const votes = castVotes(
    table.window,
    tick,
    { failed: all.newFailed, exposures: all.newExposures },
    { failed: all.oldFailed, exposures: all.oldExposures },
  );
  const whole = summed(castByKind(all, all, votes));
  const byKind = kinds.map(([kind, columns]): readonly [StreamKind, SummedColumns] => {
    // Where there is one kind only, its columns are those of all.
    return [kind, columns === all ? whole : summed(castByKind(columns, all, votes))];
  });
  const { window } = votes;
  return { names, at, seconds, window, ...whole, kinds: Object.fromEntries(byKind) };
}
