import { logSumExp } from '../../statistics/log-space.ts';
import { rejectedByEBH } from '../../statistics/e-bh.ts';
import {
  advanceProcess,
  type EProcess,
  logEvidence,
  newProcess,
  processPlan,
} from '../../statistics/e-process.ts';
import { sum } from '../../statistics/column.ts';
import { poissonTail } from '../../statistics/poisson-tail.ts';
import { remembered } from '../../statistics/remembered.ts';
import type { Margin } from '../../statistics/two-streams.ts';
import { logOftenerE } from '../../statistics/one-sample-e-variable.ts';
import { badRows, leastBad, type MinuteColumns, toleratedIn } from './bad-minute.ts';
import type { OpenMinute, UnitKnowledge } from './unit-table.ts';

/** A unit's process for "has a failure in more minutes than it should"; a step is a minute. */
export interface UnitProcess {
  readonly row: number;
  readonly bad: EProcess;
  /** ln of its evidence. */
  readonly log: number;
}

/** A unit that fails in a third of the minutes more than it should, or in nearly all. */
const alternatives = [0.35, 0.9];
const plan = processPlan({ weights: [0.5, 0.5], first: 0.1, scaleSeconds: 300 });

/** Minutes of an average unit that each unit's history is taken together with. */
const assumedMinutes = 4;
/** So much more often than in the past a unit may have a bad minute. */
const allowance = { factor: 1.5, add: 0.05 };
const highest = 0.95;

/** How likely a bad minute was before the first exposure, for a unit with `row`. */
function usual(known: UnitKnowledge, row: number, tolerated: number): number {
  const requests = known.requestsPerMinute[row] ?? 0;
  const average = poissonTail(leastBad(requests, tolerated), requests * known.rate);
  return (
    ((known.badMinutes[row] ?? 0) + assumedMinutes * average) / (known.minutes + assumedMinutes)
  );
}

/** How much more often than usual the old cohort's units had a bad minute; at least 1. */
function incident(known: UnitKnowledge, old: MinuteColumns, tolerated: number): number {
  const bad = badRows(old, tolerated);
  let expected = 0;
  for (let row = 0; row < old.requests.length; row += 1) {
    if (old.requests[row] !== 0) expected += usual(known, row, tolerated);
  }
  return expected === 0 ? 1 : Math.max(1, sum(bad) / expected);
}

/**
 * The units' processes after a minute: a unit is watched from its first minute on the new side. Units
 * without history are not, and a minute in which a unit made no request tells nothing. A minute is bad
 * when more failed than what is tolerated of a unit explains.
 *
 * Robust where counts are not: a burst of retries is one bad minute. That the limit on bad minutes is
 * right for a unit is calibrated, not proved.
 */
export function advanceUnitGuard(
  processes: readonly UnitProcess[],
  known: UnitKnowledge,
  minute: OpenMinute,
  tolerate: Margin,
): readonly UnitProcess[] {
  const old = { requests: minute.oldRequests, failed: minute.oldFailed };
  const tolerated = toleratedIn(old, known.rate, tolerate);
  const strike = incident(known, old, tolerated);
  const bad = badRows({ requests: minute.newRequests, failed: minute.newFailed }, tolerated);
  const after = processes.slice();
  const places = placesOf(processes, minute.newRequests.length);
  for (let row = 0; row < minute.newRequests.length; row += 1) {
    const requests = minute.newRequests[row] ?? 0;
    const before = known.requestsPerMinute[row] ?? 0;
    if (requests === 0 || before === 0) continue;
    const busier = Math.max(1, requests / before);
    const byTolerance = poissonTail(leastBad(requests, tolerated), requests * tolerated);
    const often = strike * allowance.factor * busier * usual(known, row, tolerated);
    const border = Math.min(highest, often + allowance.add + byTolerance);
    const logE = alternatives.map((bet) => logOftenerE(bad[row] === 1, bet, border));
    const place = places[row] ?? -1;
    const process = processes[place]?.bad ?? newProcess;
    const bet = advanceProcess(process, plan, { seconds: 60, logE });
    after[place === -1 ? after.length : place] = { row, bad: bet, log: logEvidence(bet, plan) };
  }
  return after;
}

/** Where the process of each row stands; -1 where it has none. */
function placesOf(processes: readonly UnitProcess[], rows: number): Int32Array {
  const places = new Int32Array(rows).fill(-1);
  for (const [place, { row }] of processes.entries()) places[row] = place;
  return places;
}

/**
 * ln of the evidence that some unit is harmed: the average over all `units` with a history, of which
 * those that are not watched count 1; without the units of the rows `except`.
 */
export function logUnitGuard(
  processes: readonly UnitProcess[],
  units: number,
  except: readonly number[] = [],
): number {
  if (units === 0) return 0;
  if (except.length > 0) {
    const watched = processes.filter(({ row }) => !except.includes(row));
    return logAverageOf(watched, units);
  }
  const known = averages(processes);
  const log = known.get(units) ?? logAverageOf(processes, units);
  known.set(units, log);
  return log;
}

/** By the number of units: asked for at every tick, while processes change once a minute. */
const averages = remembered<readonly UnitProcess[], Map<number, number>>(() => new Map());

function logAverageOf(watched: readonly UnitProcess[], units: number): number {
  const idle = Math.max(0, units - watched.length);
  const logs = logsOf(watched);
  return logSumExp(idle > 0 ? [...logs, Math.log(idle)] : logs) - Math.log(units);
}

const logsOf = remembered((processes: readonly UnitProcess[]) => processes.map(({ log }) => log));

/** Rows of the units that are harmed, worst first; at most a part `level` of them wrongly so. */
export function harmedRows(
  processes: readonly UnitProcess[],
  units: number,
  level: number,
): readonly number[] {
  const rejected = rejectedByEBH(logsOf(processes), level, units);
  return rejected.map((index) => processes[index]?.row ?? -1);
}

/** Rows of the few units with the most evidence against them. */
export function loudest(processes: readonly UnitProcess[]): readonly number[] {
  return processes
    .toSorted((a, b) => b.log - a.log || a.row - b.row)
    .slice(0, 4)
    .map(({ row }) => row);
}
