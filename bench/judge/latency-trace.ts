import { rampGroup, rampGroupEnds } from '../../src/core/cohort/ramp-group.ts';
import { type BucketCounts, trimmed } from '../../src/core/histogram/bucket-counts.ts';
import { zeros } from '../../src/core/statistics/column.ts';
import type { TickLatency } from '../../src/core/judge/evidence-tick.ts';
import {
  bucketCount,
  Durations,
  firstBucket,
  joinPaces,
  type Pace,
  usualPace,
} from './durations.ts';
import { poisson } from './samplers.ts';
import type { Moment } from './timeline.ts';
import type { Cast, DurationsOf, Operation, Slowdown } from './world.ts';

/** Durations of one moment, by the sides that the units are on when none is sent back. */
export interface LatencyMoment {
  readonly counts: readonly TickLatency[];
  /** Counts of each side's buckets, and what was expected of them, from `firstBucket` on. */
  readonly old: SideDurations;
  readonly new: SideDurations;
}

export interface SideDurations {
  readonly seen: Int32Array;
  readonly expected: Float64Array;
}

/** Moments of one rollout, aligned with those of its trace. */
export type LatencyTrace = readonly LatencyMoment[];

/** What one moment is drawn from. */
export interface LatencyDrawing {
  readonly moment: Moment;
  /** Requests expected, and by which part of its highest swing the traffic is up. */
  readonly traffic: number;
  readonly turn: number;
}

/** Units whose hashes lie close to each other, and change sides together. */
interface Group {
  readonly index: number;
  readonly traffic: number;
  readonly durations: Durations;
  /** Chances at the pace that was asked for last; paces change seldom. */
  readonly known: Map<Operation, { readonly key: string; readonly chances: Float64Array }>;
}

/** Draws the durations of one rollout, moment by moment. */
export class LatencyDraw {
  readonly #cast: Cast;
  readonly #of: DurationsOf;
  readonly #slowdowns: readonly Slowdown[];
  readonly #groups: readonly Group[];
  readonly #moments: LatencyMoment[] = [];

  constructor(cast: Cast, of: DurationsOf, faulty: readonly Slowdown[]) {
    this.#cast = cast;
    this.#of = of;
    this.#slowdowns = [...of.slowdowns(cast), ...faulty];
    this.#groups = groupsOf(cast, of.unitSpread);
  }

  get trace(): LatencyTrace {
    return this.#moments;
  }

  draw({ moment, traffic, turn }: LatencyDrawing): void {
    const sides = { old: emptySide(), new: emptySide() };
    const counts: TickLatency[] = [];
    const { writes, swing } = this.#of;
    const operations: [Operation, number][] = [['read', traffic * (1 - writes)]];
    if (writes > 0) operations.push(['write', traffic * writes]);
    for (const group of this.#groups) {
      const end = (rampGroupEnds[group.index] ?? 100) / 100;
      const side = end <= moment.stage.share ? 'new' : 'old';
      for (const [operation, requests] of operations) {
        const pace = this.#paceOf(moment.at - moment.seconds / 2, side, operation);
        const swung = { ...pace, all: pace.all * (1 + swing * turn) };
        const chances = chancesAt(group, operation, swung);
        const durations = this.#count(chances, requests * group.traffic, sides[side]);
        const cohort = side === 'new' ? 'canary' : 'baseline';
        counts.push({ cohort, operation, group: group.index, durations });
      }
    }
    this.#moments.push({ counts, ...sides });
  }

  #paceOf(at: number, side: 'old' | 'new', operation: Operation): Pace {
    let pace = usualPace;
    for (const slowdown of this.#slowdowns) {
      if (slowdown.struck !== 'both' && slowdown.struck !== side) continue;
      if (slowdown.operation !== 'all' && slowdown.operation !== operation) continue;
      const added = slowdown.pace(at);
      if (added !== null) pace = joinPaces(pace, added);
    }
    return pace;
  }

  #count(chances: Float64Array, requests: number, side: SideDurations): BucketCounts {
    const counts = zeros(bucketCount);
    for (let bucket = 0; bucket < bucketCount; bucket += 1) {
      const expected = requests * (chances[bucket] ?? 0);
      if (expected < 1e-9) continue;
      side.expected[bucket] = (side.expected[bucket] ?? 0) + expected;
      const seen = poisson(this.#cast.random, expected);
      if (seen === 0) continue;
      side.seen[bucket] = (side.seen[bucket] ?? 0) + seen;
      counts[bucket] = seen;
    }
    return trimmed({ offset: firstBucket, counts });
  }
}

function emptySide(): SideDurations {
  return { seen: new Int32Array(bucketCount), expected: new Float64Array(bucketCount) };
}

function chancesAt({ durations, known }: Group, operation: Operation, pace: Pace): Float64Array {
  const key = `${pace.all} ${pace.slow} ${pace.stalled}`;
  const before = known.get(operation);
  if (before?.key === key) return before.chances;
  const chances = durations.chances(pace);
  known.set(operation, { key, chances });
  return chances;
}

function groupsOf({ random, population }: Cast, unitSpread: number): readonly Group[] {
  const members = rampGroupEnds.map(() => [] as number[]);
  for (const [unit, place] of population.place.entries()) {
    members[rampGroup(Math.floor(100 * place) + 1)]?.push(unit);
  }
  return members.flatMap((units, index) => {
    if (units.length === 0) return [];
    const weighted = units.map((unit) => ({
      traffic: population.traffic[unit] ?? 0,
      logFactor: (unitSpread * random.normal()) / Math.LN2,
    }));
    const traffic = weighted.reduce((sum, unit) => sum + unit.traffic, 0);
    return { index, traffic, durations: new Durations(weighted), known: new Map() };
  });
}
