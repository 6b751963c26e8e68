import { normalBelow } from './normal.ts';

/** Durations of requests: a part of them fast, a part slow, both log-normal. */
const components = [
  { part: 0.98, median: 0.04, spread: 0.5 },
  { part: 0.02, median: 0.4, spread: 0.5 },
] as const;

/** How much slower than usual requests are. */
export interface Pace {
  /** Factors of all durations, and of the slow part's only. */
  readonly all: number;
  readonly slow: number;
  /** Part of the requests that takes two seconds more. */
  readonly stalled: number;
}

export const usualPace: Pace = { all: 1, slow: 1, stalled: 0 };

/** Both at once. */
export function joinPaces(a: Pace, b: Pace): Pace {
  return {
    all: a.all * b.all,
    slow: a.slow * b.slow,
    stalled: a.stalled + b.stalled - a.stalled * b.stalled,
  };
}

const stall = 2;

/** Buckets of scale 4 that are told apart: from 2^-12 s, a quarter of a millisecond, to 2^6 s. */
export const firstBucket = -192;
export const bucketCount = 288;
const perDoubling = 16;

/** Tables of cumulative chances have two nodes per bucket, and room for shifts at both ends. */
const nodesPerDoubling = 32;
const lowest = -20;
const nodes = 34 * nodesPerDoubling;

/** Chance of a duration of at most 2^(lowest + node/32) seconds. */
type Cumulative = Float64Array;

function logNormal({ median, spread }: { median: number; spread: number }): Cumulative {
  return Float64Array.from({ length: nodes }, (_, node) => {
    const log = (lowest + node / nodesPerDoubling - Math.log2(median)) * Math.LN2;
    return normalBelow(log / spread);
  });
}

const usual = components.map(logNormal);

/** A unit's part of its group's traffic, and how much slower it is than usual, as log2. */
export interface Weighted {
  readonly traffic: number;
  readonly logFactor: number;
}

/** The durations of a group of units, each slower or faster than usual in its own way. */
export class Durations {
  readonly #tables: readonly Cumulative[];

  constructor(units: readonly Weighted[]) {
    const shifts = new Map<number, number>();
    const whole = units.reduce((sum, { traffic }) => sum + traffic, 0);
    for (const { traffic, logFactor } of units) {
      // A shift between two nodes is shared among them.
      const shift = logFactor * nodesPerDoubling;
      const [low, part] = [Math.floor(shift), shift - Math.floor(shift)];
      shifts.set(low, (shifts.get(low) ?? 0) + ((1 - part) * traffic) / whole);
      shifts.set(low + 1, (shifts.get(low + 1) ?? 0) + (part * traffic) / whole);
    }
    this.#tables = usual.map((table) => mix(table, shifts));
  }

  /** Chance of each bucket at a pace, from `firstBucket` on. */
  chances({ all, slow, stalled }: Pace): Float64Array {
    const [slower, tailSlower] = [Math.log2(all), Math.log2(slow)];
    const below = this.#belowEach(slower, tailSlower);
    if (stalled > 0) {
      const at = (log: number): number => this.#below(log - slower, tailSlower);
      for (let bucket = 0; bucket < bucketCount; bucket += 1) {
        const without = 2 ** upperLog(bucket) - stall;
        const late = without > 0 ? at(Math.log2(without)) : 0;
        below[bucket] = (1 - stalled) * (below[bucket] ?? 0) + stalled * late;
      }
    }
    for (let bucket = bucketCount - 1; bucket > 0; bucket -= 1) {
      below[bucket] = Math.max(0, (below[bucket] ?? 0) - (below[bucket - 1] ?? 0));
    }
    return below;
  }

  /** Chance of at most the upper bound of each bucket, everything being slower by `slower`, as log2. */
  #belowEach(slower: number, tailSlower: number): Float64Array {
    const below = new Float64Array(bucketCount);
    const [fast, tail] = this.#tables;
    addBelow(below, fast, slower, components[0].part);
    addBelow(below, tail, slower + tailSlower, components[1].part);
    return below;
  }

  /** Chance of at most 2^log seconds, the slow part being slower by `tailSlower`, as log2. */
  #below(log: number, tailSlower: number): number {
    const [fast, tail] = this.#tables;
    return components[0].part * read(fast, log) + components[1].part * read(tail, log - tailSlower);
  }
}

/** log2 of a bucket's upper bound in seconds. */
function upperLog(bucket: number): number {
  return (firstBucket + bucket + 1) / perDoubling;
}

/**
 * Adds `part` of a table to the chances of all buckets, the table moved up by `shift`, as log2. Two nodes
 * lie to a bucket, so all of them lie equally far between two nodes.
 */
function addBelow(
  below: Float64Array,
  table: Cumulative | undefined,
  shift: number,
  part: number,
): void {
  const start = (upperLog(0) - shift - lowest) * nodesPerDoubling;
  const first = Math.floor(start);
  const between = start - first;
  for (let bucket = 0; bucket < bucketCount; bucket += 1) {
    const node = first + 2 * bucket;
    const low = node < 0 ? 0 : (table?.[node] ?? 1);
    const high = node + 1 < 0 ? 0 : (table?.[node + 1] ?? 1);
    below[bucket] = (below[bucket] ?? 0) + part * (low + between * (high - low));
  }
}

function mix(table: Cumulative, shifts: ReadonlyMap<number, number>): Cumulative {
  const mixed = new Float64Array(nodes);
  for (const [shift, part] of shifts) {
    for (let node = 0; node < nodes; node += 1) {
      const from = Math.max(0, Math.min(nodes - 1, node - shift));
      mixed[node] = (mixed[node] ?? 0) + part * (table[from] ?? 0);
    }
  }
  return mixed;
}

function read(table: Cumulative | undefined, log: number): number {
  const place = Math.max(0, Math.min(nodes - 1.001, (log - lowest) * nodesPerDoubling));
  const node = Math.floor(place);
  const [low, high] = [table?.[node] ?? 0, table?.[node + 1] ?? 1];
  return low + (place - node) * (high - low);
}
