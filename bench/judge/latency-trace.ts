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
import type { Random } from '../../src/core/simulation/random.ts';
import { poisson } from '../../src/core/simulation/samplers.ts';
import type { Moment } from './timeline.ts';
import type { Cast, DurationsOf, Operation, Slowdown } from './world.ts';

type Side = 'new' | 'old';

/** Durations of one moment, by the sides that the units are on when none is sent back. */
export interface LatencyMoment extends Readonly<Record<Side, SideDurations>> {
  readonly counts: readonly TickLatency[];
}

export interface SideDurations {
  readonly counts: readonly TickLatency[];
  /** Counts of the side's buckets, and what was expected of them, from `firstBucket` on. */
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
  readonly #random: Random;
  readonly #of: DurationsOf;
  readonly #slowdowns: readonly Slowdown[];
  readonly #groups: readonly Group[];
  readonly #moments: LatencyMoment[] = [];
  readonly #drawn: LatencyDrawing[] = [];

  constructor(cast: Cast, of: DurationsOf) {
    this.#random = cast.random;
    this.#of = of;
    this.#slowdowns = of.slowdowns(cast);
    this.#groups = groupsOf(cast, of.unitSpread);
  }

  get trace(): LatencyTrace {
    return this.#moments;
  }

  draw(drawing: LatencyDrawing): void {
    const sideOf = (side: Side): SideDurations =>
      this.#drawSide(drawing, side, this.#slowdowns, this.#random);
    this.#drawn.push(drawing);
    this.#moments.push(momentOf(sideOf('new'), sideOf('old')));
  }

  /** The same rollout with further slowdowns: sides that they do not strike stay as they were drawn. */
  slowed(further: readonly Slowdown[], random: Random): LatencyTrace {
    const all = [...this.#slowdowns, ...further];
    return this.#moments.map((known, index) => {
      const drawing = this.#drawn[index];
      if (drawing === undefined) return known;
      const sideOf = (side: Side): SideDurations =>
        further.some((slowdown) => strikes(slowdown, side, middleOf(drawing)))
          ? this.#drawSide(drawing, side, all, random)
          : known[side];
      const [fresh, old] = [sideOf('new'), sideOf('old')];
      return fresh === known.new && old === known.old ? known : momentOf(fresh, old);
    });
  }

  #drawSide(
    drawing: LatencyDrawing,
    side: Side,
    slowdowns: readonly Slowdown[],
    random: Random,
  ): SideDurations {
    const { moment, traffic, turn } = drawing;
    const { writes, swing } = this.#of;
    const operations: [Operation, number][] = [['read', traffic * (1 - writes)]];
    if (writes > 0) operations.push(['write', traffic * writes]);
    const whole = emptySide();
    for (const group of this.#groups) {
      const end = (rampGroupEnds[group.index] ?? 100) / 100;
      if (side !== (end <= moment.stage.share ? 'new' : 'old')) continue;
      for (const [operation, requests] of operations) {
        const pace = paceOf(slowdowns, middleOf(drawing), side, operation);
        const swung = { ...pace, all: pace.all * (1 + swing * turn) };
        const chances = chancesAt(group, operation, swung);
        const durations = count(chances, requests * group.traffic, whole, random);
        const cohort = side === 'new' ? 'canary' : 'baseline';
        whole.counts.push({ cohort, operation, group: group.index, durations });
      }
    }
    return whole;
  }
}

function momentOf(fresh: SideDurations, old: SideDurations): LatencyMoment {
  return { counts: [...fresh.counts, ...old.counts], new: fresh, old };
}

function middleOf({ moment }: LatencyDrawing): number {
  return moment.at - moment.seconds / 2;
}

function strikes({ struck, pace }: Slowdown, side: Side, at: number): boolean {
  return (struck === 'both' || struck === side) && pace(at) !== null;
}

function paceOf(
  slowdowns: readonly Slowdown[],
  at: number,
  side: Side,
  operation: Operation,
): Pace {
  let pace = usualPace;
  for (const slowdown of slowdowns) {
    if (!strikes(slowdown, side, at)) continue;
    if (slowdown.operation !== 'all' && slowdown.operation !== operation) continue;
    pace = joinPaces(pace, slowdown.pace(at) ?? usualPace);
  }
  return pace;
}

/** Draws durations into the sums of a side, and returns them by themselves. */
function count(
  chances: Float64Array,
  requests: number,
  { seen, expected }: SideDurations,
  random: Random,
): BucketCounts {
  const counts = zeros(bucketCount);
  for (let bucket = 0; bucket < bucketCount; bucket += 1) {
    const mean = requests * (chances[bucket] ?? 0);
    if (mean < 1e-9) continue;
    expected[bucket] = (expected[bucket] ?? 0) + mean;
    const drawn = poisson(random, mean);
    if (drawn === 0) continue;
    seen[bucket] = (seen[bucket] ?? 0) + drawn;
    counts[bucket] = drawn;
  }
  return trimmed({ offset: firstBucket, counts });
}

function emptySide(): SideDurations & { readonly counts: TickLatency[] } {
  return {
    counts: [],
    seen: new Int32Array(bucketCount),
    expected: new Float64Array(bucketCount),
  };
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
