import { rampGroup } from '../cohort/ramp-group.ts';
import type { TickLatency } from '../judge/evidence-tick.ts';
import type { Cohort, OperationKind } from '../protocol/evidence.ts';
import { BucketSampler } from './bucket-sampler.ts';
import type { Random } from './random.ts';
import { durationChances, firstBucket, type SimulatedService } from './simulated-service.ts';

/** Units whose durations are counted together, as the SDK does. */
interface Group {
  readonly index: number;
  readonly members: readonly number[];
}

/** Requests of one tick that are timed, aligned with the units. */
export interface TimedRequests {
  readonly isNew: Uint8Array;
  readonly reads: Int32Array;
  readonly writes: Int32Array;
  /** How many times as long the new side takes. */
  readonly slower: number;
}

/** Draws the durations of one rollout, by cohort, kind and ramp group. */
export class DurationDraw {
  readonly #service: SimulatedService;
  readonly #groups: readonly Group[];
  readonly #known = new Map<string, BucketSampler>();

  constructor(service: SimulatedService) {
    this.#service = service;
    const members = new Map<number, number[]>();
    for (const [unit, place] of service.places.entries()) {
      const group = rampGroup(Math.floor(100 * place) + 1);
      members.set(group, [...(members.get(group) ?? []), unit]);
    }
    this.#groups = [...members].map(([index, units]) => ({ index, members: units }));
  }

  draw(requests: TimedRequests, random: Random): readonly TickLatency[] {
    const drawn: TickLatency[] = [];
    for (const group of this.#groups) {
      for (const cohort of ['canary', 'baseline'] as const) {
        const slower = cohort === 'canary' ? requests.slower : 1;
        for (const operation of ['read', 'write'] as const) {
          const count = countOf(group, requests, cohort, operation);
          if (count === 0) continue;
          const durations = this.#sampler(group, slower).draw(count, random);
          drawn.push({ cohort, operation, group: group.index, durations });
        }
      }
    }
    return drawn;
  }

  /** Units sent back alone leave a group's mixture as it was: one of many. */
  #sampler({ index, members }: Group, slower: number): BucketSampler {
    const key = `${index} ${slower}`;
    const before = this.#known.get(key);
    if (before !== undefined) return before;
    const { parts, paces, traffic } = this.#service;
    const units = members.map((unit) => ({
      weight: parts[unit] ?? 0,
      pace: slower * (paces[unit] ?? 1),
    }));
    const sampler = new BucketSampler(durationChances(traffic, units), firstBucket);
    this.#known.set(key, sampler);
    return sampler;
  }
}

function countOf(
  { members }: Group,
  { isNew, reads, writes }: TimedRequests,
  cohort: Cohort,
  operation: OperationKind,
): number {
  const side = cohort === 'canary' ? 1 : 0;
  const counts = operation === 'read' ? reads : writes;
  let sum = 0;
  for (const unit of members) if (isNew[unit] === side) sum += counts[unit] ?? 0;
  return sum;
}
