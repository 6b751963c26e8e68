import { describe, expect, it } from '@jest/globals';
import { beforeStep, comparedStep, demoConfig } from '../../../test/support/judged-policy.ts';
import { poisson, seededRandom } from '../../../test/support/seeded-random.ts';
import type { JudgeStep } from '../judge/judge-step.ts';
import type { Measurement } from '../judge/measurement.ts';
import type { UnitCounts } from '../protocol/evidence.ts';
import type { SourcedGuard } from '../policy/guard.ts';
import type { MetricObservation } from './metric-reading.ts';
import { freshSource, measureSource, observeSource, type SourceMemory } from './source-judge.ts';

const every = 15_000;
const buckets = 64;
/** The first quarter of the buckets is on the new side. */
const onNew = 16;

const guard: SourcedGuard = {
  name: 'errors-http',
  compare: 'errors',
  tolerate: { ratio: 1.1, add: 0.0005 },
  source: { provider: 'main', bad: 'e', total: 't', intervalMs: every },
};

/** A source whose counts tell 64 buckets apart, and what they came to. */
class Run {
  readonly #random = seededRandom(7);
  #memory: SourceMemory = freshSource;
  #index = 0;

  /** So many intervals, in which the requests of each bucket fail at this rate. */
  play(intervals: number, step: JudgeStep, rateOf: (bucket: number) => number): this {
    for (let count = 0; count < intervals; count += 1) {
      const [from, at] = [this.#index * every, (this.#index + 1) * every];
      this.#index += 1;
      const units = Array.from({ length: buckets }, (_, bucket): UnitCounts => {
        const isNew = step.mode === 'compared' && bucket < onNew;
        const requests = poisson(200, this.#random);
        const failed = Math.min(requests, poisson(requests * rateOf(bucket), this.#random));
        const cohort = isNew ? 'canary' : 'baseline';
        return { unit: `bucket ${bucket + 1}`, cohort, requests, failed };
      });
      const reading = { kind: 'counts', tier: 'bucket', units, newestAt: at } as const;
      const observation: MetricObservation = { from, at, reading };
      this.#memory = observeSource(this.#memory, this.#source(step), observation);
    }
    return this;
  }

  measured(step: JudgeStep): Measurement {
    return measureSource(this.#memory, this.#source(step), this.#index * every);
  }

  #source(step: JudgeStep) {
    const evidence = { ...demoConfig.evidence, warmupMs: 0 };
    return { guard, evidence, step, startedAt: 0, settledAt: 0 };
  }
}

const usual = 0.001;
const step = comparedStep({ share: 25 });
const begun = (): Run => new Run().play(40, beforeStep(), () => usual);

describe('a source that tells buckets apart', () => {
  it('knows a failing shard by the scatter of the old side, though it strikes the new one harder', () => {
    // A shard that holds units of two buckets on either side: 2.6 % of the new requests, 0.9 % of the old.
    const shard = new Set([3, 9, 30, 50]);
    const struck = begun().play(8, step, (bucket) => (shard.has(bucket) ? 0.2 : usual));
    expect(struck.measured(step).canary).toBeGreaterThan(2 * (struck.measured(step).limit ?? 1));
    expect(struck.measured(step).verdict).not.toBe('fail');
  });

  it('tells the same excess from it when the old side does not scatter', () => {
    const harmed = begun().play(8, step, (bucket) => (bucket < onNew ? 0.026 : 0.0093));
    expect(harmed.measured(step).verdict).toBe('fail');
  });

  it('still tells harm while a shard fails', () => {
    const shard = new Set([3, 30, 40, 50]);
    const both = begun().play(40, step, (bucket) => {
      if (bucket < onNew) return 0.2;
      return shard.has(bucket) ? 0.2 : usual;
    });
    expect(both.measured(step).verdict).toBe('fail');
  });
});
