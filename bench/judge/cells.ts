import * as faults from './faults.ts';
import * as further from './further-worlds.ts';
import * as slow from './latency-worlds.ts';
import type { Fault, World } from './world.ts';
import {
  breakers,
  daily,
  healthyWorlds,
  heavyUnits,
  incidentsOnBoth,
  lowTraffic,
} from './worlds.ts';

/** One line of the benchmark: a world, with something wrong in it or not. */
export interface Cell {
  readonly world: World;
  readonly fault: Fault | null;
  /** Only part of a whole run, or when asked for by name. */
  readonly isFurther: boolean;
}

const healthy = (world: World): Cell => ({ world, fault: null, isFurther: false });
const harmed = (world: World, fault: Fault): Cell => ({ world, fault, isFurther: false });

const furtherCells: readonly Cell[] = [
  healthy(further.prepared),
  harmed(further.prepared, further.slowTrigger),
  harmed(further.prepared, further.failingUp),
  harmed(further.prepared, further.heavyBackfill),
  healthy(further.allGuards),
  harmed(further.allGuards, faults.onePoint),
  harmed(further.allGuards, slow.tailHalf),
  harmed(further.allGuards, further.mismatches),
  healthy(further.late),
  harmed(further.late, faults.onePoint),
  healthy(further.lossy),
  harmed(further.lossy, faults.onePoint),
  healthy(further.restarts),
  harmed(further.restarts, faults.onePoint),
  healthy(further.spilling),
  harmed(further.spilling, faults.onePoint),
  healthy(further.everything),
  harmed(further.everything, faults.onePoint),
  harmed(further.everything, slow.tailHalf),
  harmed(further.everything, further.mismatches),
];

/** All lines, in the order in which they are printed. */
export const cells: readonly Cell[] = [
  ...healthyWorlds.map(healthy),
  ...breakers.map(healthy),
  harmed(daily, faults.tenthPoint),
  harmed(daily, faults.onePoint),
  harmed(daily, faults.tenPoints),
  harmed(daily, faults.slowRamp),
  harmed(daily, faults.lateOnset),
  harmed(daily, faults.intermittent),
  harmed(incidentsOnBoth, faults.onePoint),
  harmed(heavyUnits, faults.onePoint),
  harmed(heavyUnits, faults.largeUnit),
  harmed(heavyUnits, faults.smallUnit),
  harmed(lowTraffic, faults.tenPoints),
  harmed(lowTraffic, faults.fiftyPoints),
  ...slow.healthyDurations.map(healthy),
  harmed(slow.slowDaily, slow.tailTenth),
  harmed(slow.slowDaily, slow.tailHalf),
  harmed(slow.slowDaily, slow.tailTriple),
  harmed(slow.slowDaily, slow.allTenth),
  harmed(slow.slowDaily, slow.stalls),
  harmed(slow.slowHeavy, slow.tailTriple),
  harmed(slow.slowLow, slow.stalls),
  ...furtherCells.map((cell) => ({ ...cell, isFurther: true })),
];

/** A cell's name: the world, and the fault behind a colon. */
export function cellName({ world, fault }: Cell): string {
  return fault === null ? world.name : `${world.name}: ${fault.name}`;
}

/** What part of the cells is run. */
export interface Selection {
  /** Words in the names of world and fault; `none` as fault for the healthy ones. */
  readonly world: string;
  readonly fault: string;
  readonly full: boolean;
}

/** The cells of a run: those of a short one, or all that bear the names asked for. */
export function selectCells({ world, fault, full }: Selection): readonly Cell[] {
  const isNamed = world !== '' || fault !== '';
  return cells.filter(
    (cell) =>
      (full || isNamed || !cell.isFurther) &&
      cell.world.name.includes(world) &&
      (cell.fault?.name ?? 'none').includes(fault),
  );
}
