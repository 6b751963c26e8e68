import { usualPace } from './durations.ts';
import { slowHeavy } from './latency-worlds.ts';
import type { DurationsOf, Fault, Retries, World } from './world.ts';
import { daily, heavyUnits } from './worlds.ts';

const second = 1;
const minute = 60 * second;
const preparation = 20 * minute;

/** Part of all requests that write. */
const writes = 0.3;

/** Durations that follow the daily rhythm, writes told apart. */
const rhythmic: DurationsOf = { unitSpread: 0, swing: 0.2, writes, slowdowns: () => [] };

/** Everything is watched while the schema is prepared, with a rhythm in all of it. */
export const prepared: World = {
  ...daily,
  name: 'preparation with daily rhythm',
  durations: rhythmic,
  preparation,
};

/** A trigger that makes every write 30 % slower, on both sides, since the schema was expanded. */
export const slowTrigger: Fault = {
  name: 'trigger slows all writes by 30%',
  onset: -preparation,
  episodes: () => [],
  slowdowns: () => [
    {
      struck: 'both',
      operation: 'write',
      pace: (at) => (at >= -preparation ? { ...usualPace, all: 1.3 } : null),
    },
  ],
};

/** An `up` that fails one write of the old side in a hundred. */
export const failingUp: Fault = {
  name: '`up` fails 1% of old writes',
  onset: -preparation,
  episodes: () => [
    {
      struck: 'old',
      units: null,
      chance: (at) => (at >= -preparation ? 0.01 * writes : 0),
    },
  ],
};

/** A backfill that doubles the p99 of everything for as long as it runs. */
export const heavyBackfill: Fault = {
  name: 'backfill doubles p99',
  onset: -preparation,
  episodes: () => [],
  slowdowns: () => [
    {
      struck: 'both',
      operation: 'all',
      pace: (at) => (at >= -preparation && at < 0 ? { ...usualPace, slow: 2 } : null),
    },
  ],
};

/** Heavy units, durations and comparisons, all of them watched at once. */
export const allGuards: World = {
  ...heavyUnits,
  name: 'all guards, heavy units',
  comparing: { sample: 0.1, mismatched: () => 0 },
  ...(slowHeavy.durations === undefined ? {} : { durations: slowHeavy.durations }),
};

export const mismatches: Fault = {
  name: 'one read in 1,000 differs',
  onset: 0,
  episodes: () => [],
  mismatched: (at) => (at >= 0 ? 0.001 : 0),
};

/** Six failed requests in ten are made again, half of these fail again, three in ten elsewhere. */
const retries: Retries = { again: 0.6, failing: 0.5, elsewhere: 0.3 };

/** All guards, everything that can happen to evidence on its way, and retries that carry harm over. */
export const everything: World = {
  ...allGuards,
  name: 'everything at once, heavy units',
  delivery: 'worst',
  retries,
};

export const late: World = { ...heavyUnits, name: 'late evidence, heavy units', delivery: 'late' };

export const lossy: World = {
  ...heavyUnits,
  name: 'missing evidence, heavy units',
  delivery: 'lossy',
};

export const restarts: World = {
  ...heavyUnits,
  name: 'judge restarted, heavy units',
  delivery: 'restarts',
};

export const spilling: World = { ...daily, name: 'retries that spill', retries };
