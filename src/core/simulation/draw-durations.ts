import { rampGroup, rampGroups } from '../cohort/ramp-group.ts';
import type { TickLatency } from '../judge/evidence-tick.ts';
import type { Cohort, OperationKind } from '../protocol/evidence.ts';
import { BucketSampler } from './bucket-sampler.ts';
import type { Random } from './random.ts';
import { durationChances, firstBucket, type SimulatedService } from './simulated-service.ts';

/** Requests of one tick that are timed, aligned with the units. */
export interface TimedRequests {
  readonly isNew: Uint8Array;
  readonly reads: Int32Array;
  readonly writes: Int32Array;
  /** How many times as long the new side takes. */
  readonly slower: number;
}

/** What is counted apart of a ramp group, in this order. */
const kinds: readonly (readonly [Cohort, OperationKind])[] = [
  ['canary', 'read'],
  ['canary', 'write'],
  ['baseline', 'read'],
  ['baseline', 'write'],
];

/** Draws the durations of the rollouts of one service, by cohort, kind and ramp group, as the SDK counts them. */
export class DurationDraw {
  readonly #service: SimulatedService;
  /** The ramp group of each unit. */
  readonly #groupOf: Uint8Array;
  /** By how many times as long the new side takes, and by ramp group. */
  readonly #known = new Map<number, (BucketSampler | undefined)[]>();

  constructor(service: SimulatedService) {
    this.#service = service;
    this.#groupOf = Uint8Array.from(service.places, (place) =>
      rampGroup(Math.floor(100 * place) + 1),
    );
  }

  draw(requests: TimedRequests, random: Random): readonly TickLatency[] {
    const drawn: TickLatency[] = [];
    const counts = this.#countsOf(requests);
    for (let group = 0; group < rampGroups; group += 1) {
      for (const [at, [cohort, operation]] of kinds.entries()) {
        const count = counts[kinds.length * group + at] ?? 0;
        if (count === 0) continue;
        const slower = cohort === 'canary' ? requests.slower : 1;
        const durations = this.#sampler(group, slower).draw(count, random);
        drawn.push({ cohort, operation, group, durations });
      }
    }
    return drawn;
  }

  /** Requests by ramp group and kind. */
  #countsOf({ isNew, reads, writes }: TimedRequests): Float64Array {
    const counts = new Float64Array(rampGroups * kinds.length);
    for (let unit = 0; unit < isNew.length; unit += 1) {
      const at = kinds.length * (this.#groupOf[unit] ?? 0) + (isNew[unit] === 1 ? 0 : 2);
      counts[at] = (counts[at] ?? 0) + (reads[unit] ?? 0);
      counts[at + 1] = (counts[at + 1] ?? 0) + (writes[unit] ?? 0);
    }
    return counts;
  }

  /** Units sent back alone leave a group's mixture as it was: one of many. */
  #sampler(group: number, slower: number): BucketSampler {
    const samplers = this.#known.get(slower) ?? [];
    const before = samplers[group];
    if (before !== undefined) return before;
    const { parts, paces, traffic } = this.#service;
    const units = parts.flatMap((weight, unit) =>
      this.#groupOf[unit] === group ? { weight, pace: slower * (paces[unit] ?? 1) } : [],
    );
    const sampler = new BucketSampler(durationChances(traffic, units), firstBucket);
    samplers[group] = sampler;
    this.#known.set(slower, samplers);
    return sampler;
  }
}
