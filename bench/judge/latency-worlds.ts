import type { Pace } from './durations.ts';
import { usualPace } from './durations.ts';
import { liveSeconds } from './timeline.ts';
import type { Cast, DurationsOf, Fault, Slowdown, World } from './world.ts';
import { daily, lowTraffic } from './worlds.ts';

const usual: DurationsOf = { unitSpread: 0, swing: 0, writes: 0, slowdowns: () => [] };

/** Three times 60 to 180 seconds in which everything takes four times as long. */
function slowTimes({ random }: Cast): readonly Slowdown[] {
  return Array.from({ length: 3 }, () => {
    const [from, lasts] = [random.between(0, liveSeconds), random.between(60, 180)];
    return {
      struck: 'both',
      operation: 'all',
      pace: (at) => (at >= from && at < from + lasts ? { ...usualPace, all: 4 } : null),
    };
  });
}

export const slowDaily: World = { ...daily, name: 'durations', durations: usual };

export const slowHeavy: World = {
  ...daily,
  name: 'durations, heavy units',
  diversity: { ...daily.diversity, zipf: 1.1 },
  durations: { ...usual, unitSpread: 0.3 },
};

export const slowLow: World = {
  ...lowTraffic,
  name: 'durations, 1 rps',
  failureRate: 0.001,
  durations: usual,
};

/** Healthy worlds with durations. */
export const healthyDurations: readonly World[] = [
  slowDaily,
  slowHeavy,
  {
    ...daily,
    name: 'durations, slow times on both',
    durations: { ...usual, slowdowns: slowTimes },
  },
  slowLow,
];

function slower(name: string, pace: Pace, onset = 0): Fault {
  return {
    name,
    onset,
    episodes: () => [],
    slowdowns: () => [
      { struck: 'new', operation: 'all', pace: (at) => (at >= onset ? pace : null) },
    ],
  };
}

/** The slow part of the requests sets the p99: as much slower as it, so is the p99. */
function slowerTail(factor: number): Fault {
  return slower(`p99 x${factor}`, { ...usualPace, slow: factor });
}

export const tailTenth = slowerTail(1.1);
export const tailHalf = slowerTail(1.5);
export const tailTriple = slowerTail(3);
export const allTenth = slower('all x1.1', { ...usualPace, all: 1.1 });
export const stalls = slower('3% of requests +2 s', { ...usualPace, stalled: 0.03 });
