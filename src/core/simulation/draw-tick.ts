import type { EvidenceTick } from '../judge/evidence-tick.ts';
import type { ComparisonCounts, UnitCounts } from '../protocol/evidence.ts';
import type { DurationDraw } from './draw-durations.ts';
import { beatUntil } from './recording.ts';
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
  const { units, comparisons, reads, writes, harmed } = new UnitsDraw(service, scene, random).all();
  const slower = sizeOf(harm, 'slower', 1);
  const latency = durations?.draw({ isNew, reads, writes, slower }, random) ?? [];
  return { tick: { at: epochOf(end), revision, seconds, units, latency, comparisons }, harmed };
}

/** Some whole epoch milliseconds for a moment in simulated seconds: the judge tells them from none. */
export function epochOf(seconds: number): number {
  return 1_800_000_000_000 + 1_000 * seconds;
}

/** What the units do in one tick. A rollout has hundreds of ticks, so nothing is made for a unit but its counts. */
class UnitsDraw {
  readonly units: UnitCounts[] = [];
  readonly comparisons: ComparisonCounts[] = [];
  readonly reads: Int32Array;
  readonly writes: Int32Array;
  harmed = 0;
  readonly #service: SimulatedService;
  readonly #scene: TickScene;
  readonly #random: Random;

  constructor(service: SimulatedService, scene: TickScene, random: Random) {
    this.#service = service;
    this.#scene = scene;
    this.#random = random;
    this.reads = new Int32Array(scene.isNew.length);
    this.writes = new Int32Array(scene.isNew.length);
  }

  all(): this {
    const { traffic, parts, rates, from } = this.#service;
    const { end, seconds, isNew } = this.#scene;
    const beat = beatUntil(traffic.rhythm, from + end, seconds);
    for (let row = 0; row < isNew.length; row += 1) {
      const mean = traffic.requestsPerSecond * (parts[row] ?? 0) * seconds;
      const requests = poisson(this.#random, mean * beat.traffic);
      if (requests === 0) continue;
      const reads = binomial(this.#random, requests, traffic.reads);
      this.reads[row] = reads;
      this.writes[row] = requests - reads;
      this.#count(row, Math.min(1, (rates[row] ?? 0) * beat.failures));
    }
    return this;
  }

  /** Of a unit's requests of each kind a part `usual` fails, and some of the rest for what is wrong. */
  #count(row: number, usual: number): void {
    const { isNew, harm, culprit } = this.#scene;
    const unit = this.#service.names[row] ?? '';
    const [reads, writes] = [this.reads[row] ?? 0, this.writes[row] ?? 0];
    const isCanary = isNew[row] === 1;
    const cohort = isCanary ? 'canary' : 'baseline';
    const more = isCanary ? addedFailures(harm, row === culprit) : 0;
    if (reads > 0) {
      const failed = this.#failed(reads, usual, more);
      this.units.push({ unit, cohort, operation: 'read', requests: reads, failed });
    }
    if (writes > 0) {
      const failed = this.#failed(writes, usual, more);
      this.units.push({ unit, cohort, operation: 'write', requests: writes, failed });
    }
    this.#compare(unit, reads);
  }

  #failed(requests: number, usual: number, more: number): number {
    const own = binomial(this.#random, requests, usual);
    if (more === 0) return own;
    const added = binomial(this.#random, requests - own, more);
    this.harmed += added;
    return own + added;
  }

  #compare(unit: string, reads: number): void {
    const { compared, harm } = this.#scene;
    const count = binomial(this.#random, reads, compared);
    if (count === 0) return;
    const mismatched = binomial(this.#random, count, sizeOf(harm, 'mismatches', 0));
    const kinds = mismatched === 0 ? {} : { field: mismatched };
    this.comparisons.push({ unit, compared: count, mismatched, void: 0, kinds });
  }
}

/** Part of the new side's requests that fails for the harm. */
function addedFailures(harm: SimulatedHarm | null, isCulprit: boolean): number {
  return sizeOf(harm, 'failures', 0) + (isCulprit ? sizeOf(harm, 'oneUnit', 0) : 0);
}
