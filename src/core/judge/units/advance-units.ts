import { decayed, increased, widened } from '../../statistics/column.ts';
import { addTick } from '../../statistics/decayed-scatter.ts';
import type { Margin } from '../../statistics/two-streams.ts';
import { badRows, toleratedIn } from './bad-minute.ts';
import { noMinute, type OpenMinute, type UnitTable } from './unit-table.ts';
import type { UnitTick } from './unit-tick.ts';
import { closePast, growPast, pastRate } from './unit-past.ts';

const flowHalfLife = 600;
const recentHalfLife = 120;
const fastHalfLife = 120;
const slowHalfLife = 600;

/** Part of a sum that is left after `seconds`. */
function keptAfter(seconds: number, halfLife: number): number {
  return 2 ** (-seconds / halfLife);
}

/** The minute after a tick. */
function growMinute(before: OpenMinute, tick: UnitTick): OpenMinute {
  return {
    seconds: before.seconds + tick.seconds,
    newRequests: increased(before.newRequests, tick.newRequests, tick.newRows),
    newFailed: increased(before.newFailed, tick.newFailed, tick.newRows),
    oldRequests: increased(before.oldRequests, tick.oldRequests, tick.oldRows),
    oldFailed: increased(before.oldFailed, tick.oldFailed, tick.oldRows),
  };
}

const minuteSeconds = 60;

/** Flow and sides: what every tick tells, whatever is compared. */
function routed(
  table: UnitTable,
  tick: UnitTick,
): Pick<UnitTable, 'names' | 'flow' | 'side' | 'window'> {
  const side = widened(table.side, tick.names.length);
  const { newRows, oldRows } = tick;
  for (let at = 0; at < oldRows.length; at += 1) side[oldRows[at] ?? 0] = 1;
  for (let at = 0; at < newRows.length; at += 1) side[newRows[at] ?? 0] = 2;
  return {
    names: tick.names,
    window: tick.window,
    side,
    flow: decayed(
      table.flow,
      increased(tick.oldRequests, tick.newRequests, newRows),
      keptAfter(tick.seconds, flowHalfLife),
    ),
  };
}

/** The table after a tick before the first exposure; `tolerate` is the policy's for failures. */
export function learnUnits(table: UnitTable, tick: UnitTick, tolerate: Margin): UnitTable {
  const minute = growMinute(table.minute, tick);
  const ended = minute.seconds >= minuteSeconds;
  return {
    ...table,
    ...routed(table, tick),
    past: growPast(table.past, tick, ended ? badOf(table, minute, tolerate) : null),
    minute: ended ? noMinute : minute,
  };
}

function badOf(
  { past }: UnitTable,
  { oldRequests: requests, oldFailed: failed }: OpenMinute,
  tolerate: Margin,
): readonly number[] {
  const columns = { requests, failed };
  return badRows(columns, toleratedIn(columns, pastRate(past), tolerate));
}

/** The table as it enters the first tick with two cohorts: what was learned is fixed. */
export function closeUnits(table: UnitTable): UnitTable {
  return table.known === null ? { ...table, ...closePast(table.past), minute: noMinute } : table;
}

/**
 * The table after a tick with two cohorts, and the minute that ended with it, if one did. What bets
 * rest on is read from the table before.
 */
export function advanceUnits(
  table: UnitTable,
  tick: UnitTick,
): { readonly table: UnitTable; readonly minute: OpenMinute | null } {
  const { seconds } = tick;
  const minute = growMinute(table.minute, tick);
  const ended = minute.seconds >= minuteSeconds;
  const kept = keptAfter(seconds, recentHalfLife);
  const advanced = {
    ...table,
    ...routed(table, tick),
    recentRequests: decayed(table.recentRequests, tick.newRequests, kept),
    recentFailed: decayed(table.recentFailed, tick.newFailed, kept),
    minute: ended ? noMinute : minute,
    fast: addTick(table.fast, tick.oldVotes, tick.oldExposures, {
      seconds,
      halfLife: fastHalfLife,
    }),
    slow: addTick(table.slow, tick.oldVotes, tick.oldExposures, {
      seconds,
      halfLife: slowHalfLife,
    }),
  };
  return { table: advanced, minute: ended ? minute : null };
}
