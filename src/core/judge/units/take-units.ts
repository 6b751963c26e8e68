import { type DecayedRate, guessRate } from '../../statistics/decayed-rate.ts';
import type { ErrorsTick } from '../errors-judge.ts';
import type { EvidenceTick } from '../evidence-tick.ts';
import { advanceUnits, closeUnits, exposures, learnUnits } from './advance-units.ts';
import { precisionOf } from './precision.ts';
import { type OpenMinute, sum, type UnitTable } from './unit-table.ts';
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

/**
 * Takes in the units of a tick, of which `own` belongs to the current step. What is known of units
 * grows until the first exposure and is fixed from then on. Operations of units in `leftOut` count for
 * neither side.
 */
export function takeUnits(
  table: UnitTable,
  tick: EvidenceTick,
  own: EvidenceTick | null,
  { leftOut, exposed }: { readonly leftOut: ReadonlySet<string>; readonly exposed: boolean },
): TakenUnits {
  const read = readUnits(table, tick, leftOut);
  const ownRead = own === null || own === tick ? read : readUnits(named(table, read), own, leftOut);
  if (exposed) {
    const before = closeUnits(table);
    const { table: after, minute } = advanceUnits(before, read);
    return { before, after, tick: read, own: own === null ? null : ownRead, minute };
  }
  // A tick without a batch is no known time.
  const after = tick.revision === null ? table : learnUnits(table, read);
  return { before: table, after, tick: read, own: own === null ? null : ownRead, minute: null };
}

/** The table with the rows that a tick has, so that a part of the tick has the same. */
function named(table: UnitTable, { names }: UnitTick): UnitTable {
  return { ...table, names };
}

/** What an errors guard is to know of a tick, or of its own part; `oldErrors` are of the ticks before. */
export function errorsTick(
  { before, after }: TakenUnits,
  tick: UnitTick,
  oldErrors: DecayedRate,
  warming: boolean,
): ErrorsTick {
  const newExposures = exposures(before, tick.newRequests);
  return {
    seconds: tick.seconds,
    counts: {
      newTotal: sum(newExposures),
      newBad: sum(tick.newVotes),
      oldTotal: sum(exposures(before, tick.oldRequests)),
      oldBad: sum(tick.oldVotes),
    },
    newRequests: sum(tick.newRequests),
    oldRate: guessRate(oldErrors),
    warming,
    precision: precisionOf(before, after),
    canary: { requests: tick.newRequests, exposures: newExposures, votes: tick.newVotes },
  };
}
