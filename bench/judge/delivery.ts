import { type EvidenceTick, mergeEvidence } from '../../src/core/judge/evidence-tick.ts';
import type { MigrationEvidence, UnitCounts } from '../../src/core/protocol/evidence.ts';
import type { Random } from '../../src/core/simulation/random.ts';
import { binomial } from '../../src/core/simulation/samplers.ts';
import type { Delivery } from './world.ts';

/** Part of the evidence that comes late, and by how many ticks. */
const latePart = 0.25;
const lateBy = 3;

const restartChance = 0.1;
const lossChance = 0.05;
/** Ticks for which, once, nothing comes of the new side. */
const silentTicks = 24;
const silentFrom = 400;

/** Carries evidence from the world to the judge, not always at once and not always all of it. */
export class Courier {
  readonly #delivery: Delivery;
  readonly #random: Random;
  readonly #held: MigrationEvidence[] = [];
  #ticks = 0;
  readonly #silentAt: number;

  constructor(delivery: Delivery, random: Random) {
    this.#delivery = delivery;
    this.#random = random;
    this.#silentAt = random.index(silentFrom);
  }

  carry(tick: EvidenceTick): EvidenceTick {
    this.#ticks += 1;
    switch (this.#delivery) {
      case 'late':
        return this.#late(tick);
      case 'lossy':
        return this.#lossy(tick);
      case 'worst': {
        const left = this.#lossy(tick);
        return left.revision === null ? left : this.#late(left);
      }
      case 'prompt':
      case 'restarts':
        return tick;
    }
  }

  /** Whether the judge is another process from this tick on. */
  restarts(): boolean {
    const mayRestart = this.#delivery === 'restarts' || this.#delivery === 'worst';
    return mayRestart && this.#random.uniform() < restartChance;
  }

  /** A quarter of the instances report late, under the revision that their counts are of. */
  #late(tick: EvidenceTick): EvidenceTick {
    const [slow, quick] = split(tick.units, this.#random);
    this.#held.push(batchOf(tick, slow));
    const due = this.#held.length > lateBy ? this.#held.splice(0, 1) : [];
    const merged = mergeEvidence([batchOf(tick, quick), ...due], tick.at, tick.seconds);
    return { ...merged, latency: tick.latency, comparisons: tick.comparisons };
  }

  #lossy(tick: EvidenceTick): EvidenceTick {
    const silent = this.#ticks >= this.#silentAt && this.#ticks < this.#silentAt + silentTicks;
    if (this.#random.uniform() < lossChance) {
      return { ...tick, revision: null, units: [], latency: [], comparisons: [] };
    }
    if (!silent) return tick;
    return {
      ...tick,
      units: tick.units.filter(({ cohort }) => cohort === 'baseline'),
      latency: tick.latency.filter(({ cohort }) => cohort === 'baseline'),
      comparisons: [],
    };
  }
}

function split(units: readonly UnitCounts[], random: Random): [UnitCounts[], UnitCounts[]] {
  const slow = units.map((counts) => {
    const failed = binomial(random, counts.failed, latePart);
    const fine = binomial(random, counts.requests - counts.failed, latePart);
    return { ...counts, requests: failed + fine, failed };
  });
  const quick = units.map((counts, index) => ({
    ...counts,
    requests: counts.requests - (slow[index]?.requests ?? 0),
    failed: counts.failed - (slow[index]?.failed ?? 0),
  }));
  return [slow, quick];
}

function batchOf(tick: EvidenceTick, units: readonly UnitCounts[]): MigrationEvidence {
  return {
    migration: 'bench',
    revision: tick.revision ?? 0,
    fromMs: tick.at - 1_000 * tick.seconds,
    toMs: tick.at,
    units,
    latency: [],
    comparisons: [],
    fallbacks: 0,
    withoutUnit: 0,
    served: { old: 0, new: 0 },
  };
}
