import { zeros } from '../../statistics/column.ts';
import type { EvidenceTick } from '../evidence-tick.ts';
import {
  added,
  type ByKind,
  type StreamKind,
  streamKinds,
  type UnitColumns,
} from './unit-columns.ts';
import { rowsOf } from './unit-rows.ts';
import { exposureOf, type UnitTable, type VoteWindow } from './unit-table.ts';
import { castVotes, type Votes } from './votes.ts';

/** One tick by columns: of all operations together, and by kind. */
export interface UnitTick extends UnitColumns {
  readonly names: readonly string[];
  readonly at: number;
  readonly seconds: number;
  readonly kinds: ByKind<UnitColumns>;
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
  let at = 0;
  for (const { cohort, operation = 'unnamed', requests, failed } of tick.units) {
    const row = rows[at] ?? -1;
    at += 1;
    if (row === -1) continue;
    const raw = (kinds[operation] ??= noRaw(length));
    const [all, bad] =
      cohort === 'canary' ? [raw.newRequests, raw.newFailed] : [raw.oldRequests, raw.oldFailed];
    all[row] = (all[row] ?? 0) + requests;
    bad[row] = (bad[row] ?? 0) + failed;
  }
  return kinds;
}

type Uncast = Omit<UnitColumns, 'newVotes' | 'oldVotes'>;

/** The counts of one kind with their exposures. */
function exposed(table: UnitTable, kind: StreamKind, raw: Raw): Uncast {
  const weigh = (requests: readonly number[]): readonly number[] => {
    if (table.known === null) return requests;
    return requests.map((made, row) => (made === 0 ? 0 : made * exposureOf(table, row, kind)));
  };
  const { newRequests, oldRequests } = raw;
  return { ...raw, newExposures: weigh(newRequests), oldExposures: weigh(oldRequests) };
}

function addKinds(columns: readonly Uncast[], length: number): Uncast {
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

/** A unit's votes, shared out among the kinds as its failures are. */
function castByKind(one: Uncast, all: Uncast, votes: Votes): UnitColumns {
  const share = (
    part: readonly number[],
    whole: readonly number[],
    counted: readonly number[],
  ): readonly number[] => {
    if (part === whole) return counted;
    return part.map((bad, row) =>
      bad === 0 ? 0 : (bad * (counted[row] ?? 0)) / (whole[row] ?? bad),
    );
  };
  return {
    ...one,
    newVotes: share(one.newFailed, all.newFailed, votes.newVotes),
    oldVotes: share(one.oldFailed, all.oldFailed, votes.oldVotes),
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
  const byKind = kinds.map(([kind, columns]) => [kind, castByKind(columns, all, votes)] as const);
  return { names, at, seconds, ...all, ...votes, kinds: Object.fromEntries(byKind) };
}
