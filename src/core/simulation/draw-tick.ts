import type { EvidenceTick } from '../judge/evidence-tick.ts';
import type { ComparisonCounts, UnitCounts } from '../protocol/evidence.ts';
import type { DurationDraw } from './draw-durations.ts';
import { type Beat, beatAt } from './recording.ts';
import type { Random } from './random.ts';
import { binomial, poisson } from './samplers.ts';
import { type SimulatedHarm, sizeOf } from './simulated-harm.ts';
import type { SimulatedService } from './simulated-service.ts';

/** Who is where in a tick, and what is wrong there. */
export interface TickScene {
  /** Seconds since the first step at the tick's end, negative before, and the tick's length. */
  readonly end: number;
  readonly seconds: number;
  readonly revision: number;
  /** 1 for each unit that the new side serves. */
  readonly isNew: Uint8Array;
  readonly harm: SimulatedHarm | null;
  /** The unit that the harm is about, where it is about one. */
  readonly culprit: number;
  /** Part of the reads that both sides answer; 0 before they are compared. */
  readonly compared: number;
}

/** One tick, and how many requests failed in it for what is wrong with the new side. */
export interface DrawnTick {
  readonly tick: EvidenceTick;
  readonly harmed: number;
}

/** Draws what all instances would report of one tick. */
export function drawTick(
  service: SimulatedService,
  durations: DurationDraw | null,
  scene: TickScene,
  random: Random,
): DrawnTick {
  const { end, seconds, revision, isNew, harm } = scene;
  const beat = beatAt(service.traffic.rhythm, service.from + end - seconds / 2);
  const units: UnitCounts[] = [];
  const comparisons: ComparisonCounts[] = [];
  const reads = new Int32Array(isNew.length);
  const writes = new Int32Array(isNew.length);
  let harmed = 0;
  for (let unit = 0; unit < isNew.length; unit += 1) {
    const drawn = drawUnit(service, unit, { ...scene, beat }, random);
    reads[unit] = drawn.reads;
    writes[unit] = drawn.writes;
    harmed += drawn.harmed;
    units.push(...drawn.counts);
    if (drawn.comparison !== null) comparisons.push(drawn.comparison);
  }
  const slower = sizeOf(harm, 'slower', 1);
  const latency = durations?.draw({ isNew, reads, writes, slower }, random) ?? [];
  return { tick: { at: epochOf(end), revision, seconds, units, latency, comparisons }, harmed };
}

/** Some whole epoch milliseconds for a moment in simulated seconds: the judge tells them from none. */
export function epochOf(seconds: number): number {
  return 1_800_000_000_000 + 1_000 * seconds;
}

interface DrawnUnit {
  readonly reads: number;
  readonly writes: number;
  readonly harmed: number;
  readonly counts: readonly UnitCounts[];
  readonly comparison: ComparisonCounts | null;
}

const silent: DrawnUnit = { reads: 0, writes: 0, harmed: 0, counts: [], comparison: null };

function drawUnit(
  { traffic, names, parts, rates }: SimulatedService,
  index: number,
  scene: TickScene & { readonly beat: Beat },
  random: Random,
): DrawnUnit {
  const mean = traffic.requestsPerSecond * (parts[index] ?? 0) * scene.seconds;
  const requests = poisson(random, mean * scene.beat.traffic);
  if (requests === 0) return silent;
  const unit = names[index] ?? '';
  const isCanary = scene.isNew[index] === 1;
  const cohort = isCanary ? 'canary' : 'baseline';
  const reads = binomial(random, requests, traffic.reads);
  const rate = Math.min(1, (rates[index] ?? 0) * scene.beat.failures);
  const added = isCanary ? addedFailures(scene, index) : 0;
  const counts: UnitCounts[] = [];
  let harmed = 0;
  for (const [operation, made] of [
    ['read', reads],
    ['write', requests - reads],
  ] as const) {
    if (made === 0) continue;
    const own = binomial(random, made, rate);
    const more = added === 0 ? 0 : binomial(random, made - own, added);
    harmed += more;
    counts.push({ unit, cohort, operation, requests: made, failed: own + more });
  }
  const comparison = drawComparison(unit, reads, scene, random);
  return { reads, writes: requests - reads, harmed, counts, comparison };
}

function addedFailures({ harm, culprit }: TickScene, unit: number): number {
  return sizeOf(harm, 'failures', 0) + (unit === culprit ? sizeOf(harm, 'oneUnit', 0) : 0);
}

function drawComparison(
  unit: string,
  reads: number,
  { compared, harm }: TickScene,
  random: Random,
): ComparisonCounts | null {
  const count = binomial(random, reads, compared);
  if (count === 0) return null;
  const mismatched = binomial(random, count, sizeOf(harm, 'mismatches', 0));
  const kinds = mismatched === 0 ? {} : { field: mismatched };
  return { unit, compared: count, mismatched, void: 0, kinds };
}
