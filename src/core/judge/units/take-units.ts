import {
  addRates,
  type DecayedRate,
  decayRate,
  guessRate,
  noRate,
} from '../../statistics/decayed-rate.ts';
import type { Margin } from '../../statistics/two-streams.ts';
import type { ErrorsStream, ErrorsTick } from '../errors-judge.ts';
import type { EvidenceTick } from '../evidence-tick.ts';
import { advanceUnits, closeUnits, learnUnits } from './advance-units.ts';
import { precisionOf } from './precision.ts';
import { type ByKind, type StreamKind, streamKinds, type SummedColumns } from './unit-columns.ts';
import type { OpenMinute, UnitTable } from './unit-table.ts';
import { readUnits, type UnitTick } from './unit-tick.ts';

/** A tick's units, and what is known before and after it. */
export interface TakenUnits {
  readonly before: UnitTable;
  readonly after: UnitTable;
  readonly tick: UnitTick;
  /** Of the part of the tick that belongs to the step; null without one. */
  readonly own: UnitTick | null;
  /** The minute with two cohorts that ended with this tick, if one did. */
  readonly minute: OpenMinute | null;
}

/** How a tick is taken in. */
export interface Taking {
  readonly leftOut: ReadonlySet<string>;
  readonly exposed: boolean;
  /** What the policy tolerates of failures. */
  readonly tolerate: Margin;
}

/**
 * Takes in the units of a tick, of which `own` belongs to the current step. What is known of units
 * grows until the first exposure and is fixed from then on. Operations of units in `leftOut` count for
 * neither side.
 */
export function takeUnits(
  table: UnitTable,
  tick: EvidenceTick,
  own: EvidenceTick | null,
  { leftOut, exposed, tolerate }: Taking,
): TakenUnits {
  const before = exposed ? closeUnits(table) : table;
  const read = readUnits(before, tick, leftOut);
  const ownRead = own === tick ? read : own && readUnits(named(before, read), own, leftOut);
  const taken = { before, tick: read, own: ownRead };
  if (exposed) {
    const { table: after, minute } = advanceUnits(before, read);
    return { ...taken, after, minute };
  }
  // A tick without a batch is no known time.
  return {
    ...taken,
    after: tick.revision === null ? table : learnUnits(table, read, tolerate),
    minute: null,
  };
}

/** The table with the rows that a tick has, so that a part of the tick has the same. */
function named(table: UnitTable, { names }: UnitTick): UnitTable {
  return { ...table, names };
}

/** What an errors guard is to know of a tick, or of its own part; `oldErrors` are of the ticks before. */
export function errorsTick(
  { before, after }: TakenUnits,
  tick: UnitTick,
  oldErrors: ByKind<DecayedRate>,
  warming: boolean,
): ErrorsTick {
  return {
    seconds: tick.seconds,
    warming,
    precision: precisionOf(before, after),
    ...streamOf(tick, addRates(Object.values(oldErrors))),
    kinds: streamKinds.flatMap((kind) => {
      const columns = tick.kinds[kind];
      if (columns === undefined) return [];
      return { kind, ...streamOf(columns, oldErrors[kind] ?? noRate) };
    }),
  };
}

function streamOf(columns: SummedColumns, oldErrors: DecayedRate): ErrorsStream {
  const { newRequests, newExposures, newVotes, sums } = columns;
  return {
    counts: {
      newTotal: sums.newExposures,
      newBad: sums.newVotes,
      oldTotal: sums.oldExposures,
      oldBad: sums.oldVotes,
    },
    newRequests: sums.newRequests,
    oldRate: guessRate(oldErrors),
    canary: { requests: newRequests, exposures: newExposures, votes: newVotes },
  };
}

/** The old side's errors by kind, after a tick; a kind that made no request forgets as well. */
export function decayErrors(
  before: ByKind<DecayedRate>,
  { kinds, seconds }: ErrorsTick,
): ByKind<DecayedRate> {
  const after = streamKinds.flatMap((kind): readonly (readonly [StreamKind, DecayedRate])[] => {
    const known = before[kind];
    const now = kinds.find((stream) => stream.kind === kind)?.counts;
    if (known === undefined && now === undefined) return [];
    const { oldTotal: total = 0, oldBad: bad = 0 } = now ?? {};
    return [[kind, decayRate(known ?? noRate, { total, bad }, seconds)]];
  });
  return Object.fromEntries(after);
}
